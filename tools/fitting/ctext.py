"""The fits as text of C."""


def comment(*lines):
    return "/* " + "\n * ".join(lines) + " */\n"


def define(name, fmt, x):
    return f"#define {name} {fmt.literal(x)}\n"


def define_split(name, fmt, x):
    """x as NAME_HI + NAME_LO."""
    hi, lo = fmt.split(x)
    return define(f"{name}_HI_{fmt.tag}", fmt, hi) + define(
        f"{name}_LO_{fmt.tag}", fmt, lo
    )


def nested(c, terms, monic=False):
    """Horner's form in z; `monic` adds the term z^terms."""
    text = "z" if monic else f"z*{c}[{terms - 1}]"
    for k in reversed(range(terms if monic else terms - 1)):
        text = f"{c}[{k}] + {text}"
        if k > 0:
            text = f"z*({text})"
    return text


def braces(fmt, values):
    texts = [fmt.literal(v) for v in values]
    lines = [", ".join(texts[i : i + 4]) for i in range(0, len(texts), 4)]
    return "{\n    " + ",\n    ".join(lines) + "}"


def array(name, fmt, values):
    return (
        f"#define {name}_COUNT {len(values)}\n"
        f"static const {fmt.ctype} {name}[{len(values)}] = {braces(fmt, values)};\n"
    )


def matrix(name, fmt, rows):
    shape = f"[{len(rows)}][{len(rows[0])}]"
    body = ",\n".join(braces(fmt, row) for row in rows)
    return (
        f"#define {name}_ROWS {len(rows)}\n"
        f"static const {fmt.ctype} {name}{shape} = {{\n{body}}};\n"
    )
