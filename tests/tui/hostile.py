"""Texts that a kernel, a model, a log or a profiler may hold against whoever shows them."""

import re

CORPUS = (
    "[red]markup[/red] [link=https://example.invalid]x[/link] [@click=app.quit]y[/] [/]",
    "\x1b[31mred\x1b[0m \x1b]0;title\x07 \x1b]52;c;YQ==\x07 \x1b[2J\x1b[H",
    "\x1b]8;;https://example.invalid\x1b\\link\x1b]8;;\x1b\\ \x1bPtmux;\x1b\x1b]9;x\x07\x1b\\",
    "\x9b31m csi \x90dcs\x9c \x00nul \x08\x08\x7f back",
    "bidi \u202eevil\u202c \u2066x\u2069 \u200fz",
    "zero\u200b\u200d\u2060\ufeffwidth \u00adsoft",
    "z\u0300\u0301\u0302\u0303\u0489algo",
    "wide 漢字 \U0001f600 \U0001f468\u200d\U0001f469 \u1160\u3164",
    "lone \udc80 surrogate \U000e0041 tag \ue000 private",
    "line\nbreak\r\ntab\tcr\rover \u2028 sep \u0085 nel",
    "long " + "x" * 5000,
    "<script>alert(1)</script> <img src=x onerror=alert(1)> ]]> &amp; \"'",
    "![x](https://example.invalid/x.png) [y](javascript:alert(1)) | `a` | **b** <b>c</b> $x$",
    "`" * 40 + " \\` | \\| \\\\| ~~~ http://example.invalid www.example.invalid",
)

FORBIDDEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\u00ad\ud800-\udfff"
    r"\u0300-\u036f\u1160\u3164\U000e0000-\U000e007f\ue000-\uf8ff]"
)
"What a terminal would obey, reorder, stack or hide."
