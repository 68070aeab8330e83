"""Short ways to write rows and blocks as JSON."""

from typing import Any

Json = dict[str, Any]


class Say:
    """A language, pictures, and ids that are not used twice in one document."""

    def __init__(self, language: str, pictures: str) -> None:
        self._italian = language == "it"
        self._pictures = pictures
        self._count = 0

    def __call__(self, english: str, italian: str) -> str:
        """The text in this language."""
        return italian if self._italian else english

    def id(self, kind: str) -> str:
        """A new id."""
        self._count += 1
        return f"{kind}{self._count}"

    def block(self, kind: str, **values: Any) -> Json:
        """A block."""
        return {"id": self.id("b"), "type": kind} | values

    def row(self, *blocks: Json, **values: Any) -> Json:
        """A row of one column."""
        return {"id": self.id("r"), "columns": [{"id": self.id("c"), "blocks": list(blocks)}]} | values

    def columns(self, *columns: list[Json], widths: tuple[int, ...] = (), **values: Any) -> Json:
        """A row of several columns."""
        shares = widths or (100 // len(columns),) * len(columns)
        made = [
            {"id": self.id("c"), "width": width, "vertical": "middle", "blocks": blocks}
            for width, blocks in zip(shares, columns, strict=True)
        ]
        return {"id": self.id("r"), "columns": made} | values

    def title(self, english: str, italian: str, level: int = 1, **values: Any) -> Json:
        """A heading; `{name}` in it is the customer's first name."""
        inline = self._inline(self(english, italian))
        return self._text([{"type": "heading", "level": level, "content": inline}], align="center", **values)

    def text(self, english: str, italian: str, **values: Any) -> Json:
        """Paragraphs, separated by empty lines."""
        paragraphs = self(english, italian).split("\n\n")
        nodes = [{"type": "paragraph", "content": self._inline(paragraph)} for paragraph in paragraphs]
        return self._text(nodes, **values)

    def _text(self, nodes: list[Json], **values: Any) -> Json:
        return self.block("text", text={"type": "doc", "content": nodes}, **values)

    def _inline(self, text: str) -> list[Json]:
        before, token, after = text.partition("{name}")
        nodes = [{"type": "text", "text": before}] if before else []
        if token:
            nodes.append({"type": "token", "name": "FirstName", "fallback": self("there", "a te")})
        return nodes + ([{"type": "text", "text": after}] if after else [])

    def picture(self, file: str, english: str, italian: str, **values: Any) -> Json:
        """A picture of this installation."""
        return self.block("image", src=f"{self._pictures}/{file}", alt=self(english, italian), padding_x=0, **values)

    def button(self, english: str, italian: str, **values: Any) -> Json:
        """A button to the shop."""
        return self.block("button", label=self(english, italian), link="https://shop.example", **values)

    def head(self) -> Json:
        """The logo."""
        return self.row(self.block("logo"), padding_y=8)

    def foot(self) -> Json:
        """Networks, address, unsubscribe."""
        labels = {
            "unsubscribe": self("Unsubscribe", "Annulla l'iscrizione"),
            "preferences": self("Preferences", "Preferenze"),
        }
        return self.row(self.block("social"), self.block("footer", **labels), background="page")
