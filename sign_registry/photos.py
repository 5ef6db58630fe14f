"""What codes a photo shows; no ORM."""

from io import BytesIO

import zxingcpp
from PIL import Image

# A photo of a crew's phone is larger than any code needs; decoding a small one is quick.
_LONGEST_SIDE = 2400


def texts_in(picture: bytes) -> list[str]:
    """The texts of all QR codes of a picture that was cleaned before, in no order."""
    with Image.open(BytesIO(picture)) as opened:
        image = opened.convert("L")
    image.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    found = zxingcpp.read_barcodes(
        image, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    )
    return [code.text for code in found if code.text]
