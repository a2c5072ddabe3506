"""The tokenizer of a GGUF file, by the package tokenizers: the same token ids as llama.cpp's."""

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers

GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
LATER = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}%s| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
         r"|\s+(?!\S)|\s+")
# How text is cut into words before pairs of symbols are merged, by the name in the file; one step after the other.
WORDS = {"gpt-2": [GPT2], "smollm": [r"\p{N}", GPT2], "qwen2": [LATER % ""], "llama-bpe": [LATER % "{1,3}"]}
CONTROL, USER_DEFINED, BYTE = 3, 4, 6   # types of tokens


class Vocabulary:
    """The tokens of a file, and the way from text to their numbers and back.

    Parameters
    ----------
    metadata : mapping
        That of the file.
    """

    def __init__(self, metadata):
        def read(name, default=None):
            return metadata.get(f"tokenizer.ggml.{name}", default)

        tokens, kinds, kind = read("tokens"), read("token_type"), read("model")
        numbers = {token: number for number, token in enumerate(tokens)}
        self.size = len(tokens)
        if kind == "gpt2":
            name = read("pre", "none")
            if name not in WORDS:
                raise ValueError(f"the way {name!r} of cutting text into words is not known; known are {', '.join(WORDS)}")
            # Bytes without a token are left out, but keep their neighbours apart.
            for byte in sorted(set(pre_tokenizers.ByteLevel.alphabet()) - set(numbers)):
                numbers[byte] = len(numbers)
            merges = [tuple(merge.split(" ")) for merge in read("merges")]
            self.tokenizer = Tokenizer(models.BPE(numbers, merges, ignore_merges=name == "llama-bpe"))
            steps = [pre_tokenizers.Split(Regex(step), "isolated") for step in WORDS[name]]
            self.tokenizer.pre_tokenizer = pre_tokenizers.Sequence([*steps, pre_tokenizers.ByteLevel(False, use_regex=False)])
            self.tokenizer.decoder = decoders.ByteLevel()
        elif kind == "llama":   # SentencePiece: the pair with the best score is merged first
            scores = read("scores")
            pairs = [(-scores[numbers[token]], token[:i], token[i:]) for token, k in zip(tokens, kinds) if k == 1
                     for i in range(1, len(token)) if token[:i] in numbers and token[i:] in numbers]
            merges = [pair[1:] for pair in sorted(pairs, key=lambda pair: pair[0])]
            self.tokenizer = Tokenizer(models.BPE(numbers, merges, byte_fallback=True, fuse_unk=True))
            space = [normalizers.Prepend("\u2581")] if read("add_space_prefix", True) else []
            self.tokenizer.normalizer = normalizers.Sequence([*space, normalizers.Replace(" ", "\u2581")])
            self.tokenizer.decoder = decoders.Sequence(
                [decoders.Replace("\u2581", " "), decoders.ByteFallback(), decoders.Fuse()])
        else:
            raise ValueError(f"a tokenizer of the kind {kind!r} is not known; known are gpt2 and llama")
        for control in (USER_DEFINED, CONTROL):
            self.tokenizer.add_tokens([AddedToken(token, special=control == CONTROL, normalized=False)
                                       for token, k in zip(tokens, kinds) if k == control])
        self.first = [read("bos_token_id")] if read("add_bos_token", kind == "llama") else []
        self.ends = {read("eos_token_id"), read("eot_token_id"), numbers.get("<end_of_turn>")} - {None}
        self.template = metadata.get("tokenizer.chat_template")
        self.names = {"bos_token": tokens[read("bos_token_id")], "eos_token": tokens[read("eos_token_id")]}

    def encode(self, text, control=False):
        """Return the numbers of a text's tokens.  control: whether names of control tokens stand for them."""
        self.tokenizer.encode_special_tokens = not control
        ids = self.tokenizer.encode(text, add_special_tokens=False).ids
        return [number for number in ids if number < self.size]

    def chat(self, question):
        """Return the numbers of a question in the form that the file's template gives it."""
        from jinja2.sandbox import ImmutableSandboxedEnvironment

        if self.template is None:
            raise ValueError("the file has no template for a chat")
        template = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True).from_string(self.template)
        text = template.render(messages=[{"role": "user", "content": question}], add_generation_prompt=True, **self.names)
        return self.encode(text, control=True)
