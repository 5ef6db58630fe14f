"""A picture as a file, the same bytes for the same figures, with its words inside it."""

import io
from xml.sax.saxutils import escape

from matplotlib.figure import Figure
from PIL.PngImagePlugin import PngInfo

from satisfaction.charts.canvas import Caption
from satisfaction.charts.lettering import clean

#: Media types of the formats a picture can have.
FORMATS = {"png": "image/png", "svg": "image/svg+xml", "pdf": "application/pdf"}
MAKER = "Megdan"


def save(figure: Figure, caption: Caption, form: str) -> bytes:
    """Write a picture as `png`, `svg` or `pdf`; title, description and source are in the file."""
    return {"png": _png, "svg": _svg, "pdf": _pdf}[form](figure, caption)


def _source(caption: Caption) -> str:
    return clean(" ".join(filter(None, (caption.source, caption.invented))))


def _png(figure: Figure, caption: Caption) -> bytes:
    words = PngInfo()
    for key, text in (
        ("Title", clean(caption.title)),
        ("Description", clean(caption.alt)),
        ("Source", _source(caption)),
        ("Software", MAKER),
    ):
        words.add_itxt(key, text)
    file = io.BytesIO()
    figure.savefig(file, format="png", pil_kwargs={"pnginfo": words})
    return file.getvalue()


def _pdf(figure: Figure, caption: Caption) -> bytes:
    words = {
        "Title": clean(caption.title),
        "Subject": clean(caption.alt),
        "Keywords": _source(caption),
        "Creator": MAKER,
        "CreationDate": None,
    }
    file = io.BytesIO()
    figure.savefig(file, format="pdf", metadata=words)
    return file.getvalue()


def _svg(figure: Figure, caption: Caption) -> bytes:
    words = {
        "Title": clean(caption.title),
        "Source": _source(caption),
        "Creator": MAKER,
        "Date": None,
    }
    file = io.StringIO()
    figure.savefig(file, format="svg", metadata=words)
    # What a screen reader says: the description stands right behind the title.
    described = f"</title>\n <desc>{escape(clean(caption.alt))}</desc>"
    text = file.getvalue().replace("</title>", described, 1)
    return text.replace("<svg ", '<svg role="img" ', 1).encode()
