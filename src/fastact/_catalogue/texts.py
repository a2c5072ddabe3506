"""What readers are told of each function beside its entry: the formula in TeX, models that use it, related functions.

The gallery of the documentation and the pictures read it.  `tests/catalogue/test_texts.py` asks for every function here.
"""

from dataclasses import dataclass

VIEW = (-6.0, 6.0)  # the x that a picture shows, unless VIEWS says otherwise
VIEWS = {
    "relu6": (-3.0, 9.0), "elu": (-6.0, 4.0), "selu": (-6.0, 4.0), "celu": (-6.0, 4.0), "exponential": (-4.0, 3.0),
    "gelu_10": (-6.0, 14.0), "softcap": (-150.0, 150.0), "laplace": (-1.0, 2.5), "thin_plate": (-2.0, 2.0),
    "square": (-3.0, 3.0), "gaussian": (-4.0, 4.0), "erf": (-4.0, 4.0), "relu_squared": (-3.0, 3.0),
    "star_relu": (-3.0, 3.0), "hard_tanh": (-3.0, 3.0), "softshrink": (-3.0, 3.0), "hardshrink": (-3.0, 3.0),
    "sparse_plus": (-3.0, 3.0), "identity": (-3.0, 3.0), "xielu": (-4.0, 3.0), "sparsemax": (-3.0, 3.0),
    "swiglu_clamped": (-6.0, 12.0), "swiglu_clamped_after": (-6.0, 24.0), "situ": (-8.0, 16.0), "tanhshrink": (-4.0, 4.0),
}


@dataclass(frozen=True)
class Text:
    """The texts of one function."""

    tex: str
    models: tuple = ()  # (what uses it, where that is written)
    related: tuple = ()  # names of functions


_SIGMOID = r"\sigma(x) = \frac{1}{1 + e^{-x}}"
_HF = "transformers, configuration of "

TEXTS = {
    "identity": Text("f(x) = x", (("linear layers; the ungated half of `bilinear`", "arXiv:1612.08083"),), ("bilinear", "relu")),
    "binary_step": Text(
        r"f(x) = \begin{cases} 1 & x \ge 0 \\ 0 & x < 0 \end{cases}",
        (("the threshold units of McCulloch and Pitts, and the perceptron", "Bull. Math. Biophys. 5, 1943"),),
        ("hard_sigmoid", "sigmoid")),
    "relu": Text(
        r"f(x) = \max(0, x)",
        (("AlexNet", "Krizhevsky et al., NIPS 2012"), ("ResNet", "arXiv:1512.03385"), ("OPT", "arXiv:2205.01068"),
         ("T5 (version 1.0)", "arXiv:1910.10683")),
        ("leaky_relu", "gelu", "relu_squared", "reglu", "add_relu")),
    "relu6": Text(
        r"f(x) = \min(\max(0, x), 6)",
        (("MobileNetV2", "arXiv:1801.04381"),), ("relu", "hard_tanh", "hard_swish")),
    "relu_squared": Text(
        r"f(x) = \max(0, x)^2",
        (("Primer", "arXiv:2109.08668"), ("Nemotron-4", "arXiv:2402.16819"), ("Arcee AFM", _HF + "Arcee")),
        ("relu", "star_relu", "drelu")),
    "leaky_relu": Text(
        r"f(x) = \begin{cases} x & x > 0 \\ a\,x & x \le 0 \end{cases} \qquad a = \mathtt{negative\_slope}",
        (("YOLO", "arXiv:1506.02640"), ("DCGAN's discriminator", "arXiv:1511.06434")), ("relu", "prelu", "elu")),
    "prelu": Text(
        r"f(x) = \begin{cases} x & x > 0 \\ w\,x & x \le 0 \end{cases} \qquad w = \mathtt{weight},\ \text{learned}",
        (("PReLU-net", "arXiv:1502.01852"), ("SRGAN", "arXiv:1609.04802")), ("leaky_relu", "relu")),
    "threshold": Text(
        r"f(x) = \begin{cases} x & x > t \\ v & x \le t \end{cases} \qquad t = \mathtt{threshold},\ v = \mathtt{value}",
        (("ONNX's ThresholdedRelu (v = 0)", "ONNX operators"),), ("relu", "hardshrink")),
    "elu": Text(
        r"f(x) = \begin{cases} x & x > 0 \\ \alpha\,(e^x - 1) & x \le 0 \end{cases}",
        (("EnCodec", "arXiv:2210.13438"),), ("celu", "selu", "softplus")),
    "selu": Text(
        r"f(x) = s \begin{cases} x & x > 0 \\ \alpha\,(e^x - 1) & x \le 0 \end{cases}"
        r"\qquad s = 1.0507\ldots,\ \alpha = 1.6732\ldots",
        (("self-normalizing networks", "arXiv:1706.02515"),), ("elu", "celu")),
    "celu": Text(
        r"f(x) = \begin{cases} x & x > 0 \\ \alpha\,(e^{x/\alpha} - 1) & x \le 0 \end{cases}",
        (), ("elu", "selu")),
    "gelu": Text(
        r"f(x) = x\,\Phi(x) = \frac{x}{2} \left(1 + \operatorname{erf}\frac{x}{\sqrt 2}\right)",
        (("BERT", "arXiv:1810.04805"), ("RoBERTa", "arXiv:1907.11692"), ("ViT", "arXiv:2010.11929"),
         ("Whisper", "arXiv:2212.04356")),
        ("gelu_tanh", "quick_gelu", "silu", "geglu", "add_gelu", "gelu_10")),
    "gelu_tanh": Text(
        r"f(x) = \frac{x}{2} \left(1 + \tanh\left(\sqrt{\tfrac{2}{\pi}}\,(x + 0.044715\,x^3)\right)\right)",
        (("GPT-2", "Radford et al. 2019"), ("GPT-J", _HF + "GPT-J"), ("Gemma", "arXiv:2403.08295"), ("Phi", _HF + "Phi")),
        ("gelu", "quick_gelu", "geglu_tanh", "add_gelu_tanh")),
    "quick_gelu": Text(
        r"f(x) = x\,\sigma(1.702\,x)", (("CLIP", "arXiv:2103.00020"),), ("gelu", "silu", "geglu_quick", "swiglu_clamped")),
    "silu": Text(
        r"f(x) = x\,\sigma(x) = \frac{x}{1 + e^{-x}}",
        (("LLaMA (in SwiGLU)", "arXiv:2302.13971"), ("Mistral (in SwiGLU)", "arXiv:2310.06825"),
         ("EfficientNet", "arXiv:1905.11946")),
        ("swish", "gelu", "swiglu", "hard_swish", "mish", "add_silu")),
    "swish": Text(
        r"f(x) = x\,\sigma(\beta x) = \frac{x}{1 + e^{-\beta x}}",
        (("Swish with a learned β", "arXiv:1710.05941"),), ("silu", "quick_gelu")),
    "sigmoid": Text(
        rf"f(x) = {_SIGMOID}",
        (("gates of LSTM", "Hochreiter and Schmidhuber 1997"), ("the router of DeepSeek-V3", "arXiv:2412.19437")),
        ("hard_sigmoid", "log_sigmoid", "tanh", "glu", "laplace")),
    "log_sigmoid": Text(
        r"f(x) = \log \sigma(x) = -\log(1 + e^{-x})",
        (("losses of preferences, DPO", "arXiv:2305.18290"),), ("softplus", "sigmoid", "log_softmax")),
    "hard_sigmoid": Text(
        r"f(x) = \frac{\min(\max(0, x + 3), 6)}{6}", (("MobileNetV3's squeeze and excite", "arXiv:1905.02244"),),
        ("sigmoid", "hard_sigmoid_linear", "hard_swish")),
    "hard_sigmoid_linear": Text(
        r"f(x) = \min(\max(0, \alpha x + \beta), 1)", (("ONNX's HardSigmoid; LSTMs of Keras 2", "ONNX operators"),),
        ("hard_sigmoid", "sigmoid")),
    "tanh": Text(
        r"f(x) = \tanh x = \frac{e^x - e^{-x}}{e^x + e^{-x}}",
        (("LSTM", "Hochreiter and Schmidhuber 1997"), ("BERT's pooler", "arXiv:1810.04805")),
        ("sigmoid", "softsign", "hard_tanh", "softcap", "erf")),
    "hard_tanh": Text(
        r"f(x) = \min(\max(a, x), b) \qquad a = \mathtt{min\_val},\ b = \mathtt{max\_val}",
        (("binarized neural networks", "arXiv:1602.02830"),), ("tanh", "relu6", "softsign")),
    "tanhshrink": Text(r"f(x) = x - \tanh x", (), ("tanh", "softshrink")),
    "softplus": Text(
        r"f(x) = \frac{\log(1 + e^{\beta x})}{\beta}",
        (("the step sizes of Mamba", "arXiv:2312.00752"), ("standard deviations of variational autoencoders", "arXiv:1312.6114")),
        ("relu", "log_sigmoid", "squareplus", "sqrt_softplus", "mish")),
    "sqrt_softplus": Text(
        r"f(x) = \sqrt{\log(1 + e^x)}", (("the router of DeepSeek-V4", _HF + "DeepSeek-V4"),), ("softplus", "sigmoid")),
    "softsign": Text(r"f(x) = \frac{x}{1 + |x|}", (), ("tanh", "hard_tanh")),
    "squareplus": Text(r"f(x) = \frac{x + \sqrt{x^2 + b}}{2}", (), ("softplus", "relu", "multiquadric")),
    "mish": Text(
        r"f(x) = x \tanh(\log(1 + e^x))", (("YOLOv4", "arXiv:2004.10934"),), ("silu", "softplus", "hard_mish")),
    "hard_swish": Text(
        r"f(x) = x\,\frac{\min(\max(0, x + 3), 6)}{6}", (("MobileNetV3", "arXiv:1905.02244"),), ("silu", "hard_sigmoid", "hard_mish")),
    "softshrink": Text(
        r"f(x) = \operatorname{sign}(x) \max(0, |x| - \lambda)",
        (("sparse coding (ISTA); the AFNO layers of FourCastNet", "arXiv:2202.11214"),), ("hardshrink", "tanhshrink")),
    "hardshrink": Text(
        r"f(x) = \begin{cases} x & |x| > \lambda \\ 0 & |x| \le \lambda \end{cases}", (), ("softshrink", "threshold")),
    "erf": Text(
        r"f(x) = \operatorname{erf} x = \frac{2}{\sqrt\pi} \int_0^x e^{-t^2}\,dt", (("inside GELU, as ONNX exports it", "ONNX operators"),),
        ("gelu", "laplace", "tanh")),
    "laplace": Text(
        r"f(x) = \frac12 \left(1 + \operatorname{erf}\frac{x - \mu}{\sigma\sqrt2}\right)", (("MEGA", "arXiv:2209.10655"),),
        ("erf", "sigmoid", "relu_squared")),
    "gelu_10": Text(
        r"f(x) = \min(\max(-10, x\,\Phi(x)), 10)", (("BERT quantised to 8 bits", "arXiv:2004.09602"),), ("gelu", "relu6")),
    "exponential": Text(r"f(x) = e^x", (), ("softmax", "elu")),
    "hard_mish": Text(r"f(x) = \frac{x \min(\max(0, x + 2), 2)}{2}", (("timm's models with hard_mish", "timm.layers"),),
                      ("mish", "hard_swish")),
    "sparse_plus": Text(
        r"f(x) = \begin{cases} 0 & x \le -1 \\ (x + 1)^2 / 4 & -1 < x < 1 \\ x & x \ge 1 \end{cases}", (),
        ("softplus", "sparsemax", "relu")),
    "star_relu": Text(
        r"f(x) = s \max(0, x)^2 + b \qquad s = \mathtt{scale},\ b = \mathtt{bias}",
        (("MetaFormer: CAFormer, ConvFormer", "arXiv:2210.13452"),), ("relu_squared", "relu")),
    "softcap": Text(
        r"f(x) = c \tanh\frac{x}{c}",
        (("Gemma 2: attention 50, logits 30", "arXiv:2408.00118"), ("nanochat: 15", "https://github.com/karpathy/nanochat")),
        ("tanh", "softmax", "hard_tanh")),
    "xielu": Text(
        r"f(x) = \begin{cases} \alpha_p x^2 + \beta x & x > 0 \\"
        r" (\beta + \alpha_n)\,(e^{\min(x, \varepsilon)} - 1 - x) + \beta x & x \le 0 \end{cases}",
        (("Apertus", "arXiv:2509.14233"),), ("elu", "relu_squared")),
    "snake": Text(
        r"f(x) = x + \frac{\sin^2(\alpha x)}{\alpha + 10^{-9}}",
        (("Descript Audio Codec", "arXiv:2306.06546"),), ("snake_beta",)),
    "snake_beta": Text(
        r"f(x) = x + \frac{\sin^2(e^\alpha x)}{e^\beta + 10^{-9}}",
        (("BigVGAN", "arXiv:2206.04658"), ("Qwen-Omni's vocoder", _HF + "Qwen2.5-Omni")), ("snake",)),
    "gaussian": Text(
        r"f(x) = e^{-x^2}", (("networks of radial basis functions", "Broomhead and Lowe 1988"),),
        ("inverse_multiquadric", "multiquadric", "laplace")),
    "multiquadric": Text(
        r"f(x) = \sqrt{1 + (\varepsilon x)^2}", (("scattered interpolation", "Hardy 1971"),), ("inverse_multiquadric", "squareplus")),
    "inverse_multiquadric": Text(
        r"f(x) = \frac{1}{\sqrt{1 + (\varepsilon x)^2}}", (("scattered interpolation", "Hardy 1971"),), ("multiquadric", "gaussian")),
    "square": Text(r"f(x) = x^2", (("quadratic networks under encryption: CryptoNets", "Gilad-Bachrach et al., ICML 2016"),),
                   ("relu_squared", "thin_plate")),
    "thin_plate": Text(
        r"f(x) = x^2 \log|x|, \quad f(0) = 0", (("thin plate splines of two dimensions", "Duchon 1977"),), ("square", "gaussian")),
    "softmax": Text(
        r"f(x)_i = \frac{e^{x_i}}{\sum_j e^{x_j}}",
        (("attention", "arXiv:1706.03762"), ("with sinks: gpt-oss", "arXiv:2508.10925")),
        ("log_softmax", "softmin", "sparsemax", "entmax15", "logsumexp")),
    "log_softmax": Text(
        r"f(x)_i = x_i - \log \sum_j e^{x_j}", (("cross-entropy of every language model", "Bridle 1990"),), ("softmax", "logsumexp")),
    "softmin": Text(r"f(x)_i = \frac{e^{-x_i}}{\sum_j e^{-x_j}}", (), ("softmax",)),
    "logsumexp": Text(
        r"f(x) = \log \sum_j e^{x_j}", (("forward algorithms, mixtures, energies", "arXiv:1909.03469"),), ("softmax", "log_softmax", "softplus")),
    "sparsemax": Text(
        r"f(x)_i = \max(0, x_i - \tau), \quad \tau \text{ such that } \sum_i f(x)_i = 1",
        (("sparse attention; TabNet", "arXiv:1908.07442"),), ("softmax", "entmax15")),
    "entmax15": Text(
        r"f(x)_i = \max(0, \tfrac{x_i}{2} - \tau)^2, \quad \tau \text{ such that } \sum_i f(x)_i = 1",
        (("adaptively sparse transformers", "arXiv:1909.00015"),), ("softmax", "sparsemax")),
    "maxout": Text(
        r"f(x)_i = \max(x_{ik}, \ldots, x_{ik + k - 1})", (("maxout networks", "arXiv:1302.4389"),), ("relu", "logsumexp")),
    "poly_norm": Text(
        r"f(x) = w_0\,n(x^3) + w_1\,n(x^2) + w_2\,n(x) + b, \quad n(v) = \frac{v}{\sqrt{\overline{v^2} + \varepsilon}}",
        (("Motif-2.6B", "arXiv:2508.09148"),), ("softmax", "xielu")),
    "glu": Text(r"f(g, u) = \sigma(g)\,u", (("gated convolutional networks", "arXiv:1612.08083"), ("Conformer", "arXiv:2005.08100")),
                ("swiglu", "sigmoid", "bilinear")),
    "bilinear": Text(r"f(g, u) = g\,u", (("the linear variant of Shazeer's comparison", "arXiv:2002.05202"),), ("glu", "identity")),
    "reglu": Text(r"f(g, u) = \max(0, g)\,u", (("Shazeer's comparison; ProSparse Llama", "arXiv:2402.13516"),), ("relu", "drelu", "swiglu")),
    "geglu": Text(r"f(g, u) = g\,\Phi(g)\,u", (("ModernBERT", "arXiv:2412.13663"),), ("gelu", "geglu_tanh", "swiglu")),
    "geglu_tanh": Text(
        r"f(g, u) = \mathtt{gelu\_tanh}(g)\,u", (("Gemma", "arXiv:2403.08295"), ("T5 version 1.1", "arXiv:2002.05202")),
        ("gelu_tanh", "geglu", "swiglu")),
    "geglu_quick": Text(r"f(g, u) = g\,\sigma(1.702\,g)\,u", (), ("quick_gelu", "swiglu_clamped", "geglu")),
    "swiglu": Text(
        r"f(g, u) = g\,\sigma(g)\,u",
        (("LLaMA", "arXiv:2302.13971"), ("Mistral", "arXiv:2310.06825"), ("Qwen", "arXiv:2309.16609"), ("PaLM", "arXiv:2204.02311")),
        ("silu", "swiglu_clamped", "geglu", "reglu", "glu")),
    "swiglu_clamped": Text(
        r"\begin{gathered} f(g, u) = g'\,\sigma(\alpha g')\,(\min(\max(-L, u), L) + o) \\"
        r" g' = \min(g, L), \quad L = \mathtt{limit}, \quad o = \mathtt{offset} \end{gathered}",
        (("gpt-oss", "arXiv:2508.10925"), ("DeepSeek-V4, GLM-5 (α = 1, L = 10, o = 0)", _HF + "these models")),
        ("swiglu", "quick_gelu", "swiglu_clamped_after")),
    "swiglu_clamped_after": Text(
        r"f(g, u) = \min(g\,\sigma(g), L)\,\min(\max(-L, u), L) \qquad L = \mathtt{limit}",
        (("Step 3", _HF + "Step 3"),), ("swiglu", "swiglu_clamped")),
    "situ": Text(
        r"f(g, u) = \beta \tanh\frac{g}{\beta}\,\sigma(g)\;\lambda \tanh\frac{u}{\lambda} \qquad \lambda = \mathtt{limit}",
        (("Kimi K3", _HF + "Kimi K3"), ("Inkling 2", _HF + "Inkling 2")), ("swiglu", "softcap")),
    "drelu": Text(r"f(g, u) = \max(0, g)\,\max(0, u)", (("TurboSparse", "arXiv:2406.05955"),), ("reglu", "relu_squared")),
    "gated": Text(r"f(g, u) = a(g)\,u \qquad a = \mathtt{activation}", (("GLU variants", "arXiv:2002.05202"),), ("swiglu", "geglu", "reglu", "glu")),
    "add_relu": Text(r"f(x, b) = \max(0, x + b)", (("ResNet's residual, then ReLU", "arXiv:1512.03385"),), ("relu",)),
    "add_gelu": Text(r"f(x, b) = (x + b)\,\Phi(x + b)", (("BERT's first linear layer and its bias", "arXiv:1810.04805"),), ("gelu",)),
    "add_gelu_tanh": Text(r"f(x, b) = \mathtt{gelu\_tanh}(x + b)", (("GPT-2's first linear layer and its bias", "Radford et al. 2019"),), ("gelu_tanh",)),
    "add_silu": Text(r"f(x, b) = (x + b)\,\sigma(x + b)", (), ("silu",)),
}
