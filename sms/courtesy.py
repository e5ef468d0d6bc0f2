"""What people write around a wish: politeness before it and after it means nothing more."""

from __future__ import annotations

# No lookahead in a possessive repeat: Python 3.11.2, Debian 12's, loses matches of one.
BEFORE_WORDS = (
    "麻烦|请问|请|你好|您好|喂|我想|我要|想要|想|我|帮忙|帮|给我|给|你们|您|你|问问|问一下|问下|看看|看一下|查一下|查下|查查|同志|师傅|姑娘"
    "|小伙子|社区|那个|这个|再|能不能|可以|please|pls"
)
AFTER_WORDS = (
    "一下|吧|啊|呀|呢|了|的|谢谢你们|谢谢您|谢谢|麻烦了|麻烦你们了|好吗|行吗|行不行|可以吗"
    "|吗|哈|哦|唉|please|pls|thanks"
)
BEFORE = f"(?:{BEFORE_WORDS})*+"
AFTER = f"(?:{AFTER_WORDS})*+"
