"""Run alone in a guarded child: reads an uploaded file with one GDAL driver, answers in GeoJSON.

Standard input: one line of JSON (driver, most features), then the bytes of the file.
"""

import ctypes
import json
import sys
from importlib.util import find_spec
from pathlib import Path

OPTIONS = {
    "CPL_VSIL_CURL_ALLOWED_FILENAME": "/vsicurl/none",
    "GDAL_HTTP_TIMEOUT": "1",
    "GDAL_HTTP_MAX_RETRY": "0",
    "PROJ_NETWORK": "OFF",
    "OGR_SQLITE_LOAD_EXTENSIONS": "",
    "GDAL_PAM_ENABLED": "NO",
    "GDAL_NUM_THREADS": "1",
    # Copies of blocks within blocks can grow without end: the bounds of this process stop them.
    "DXF_MAX_BSPLINE_CONTROL_POINTS": "1000",
    "DXF_CLOSED_LINE_AS_POLYGON": "TRUE",
}


def keep_only(driver: str) -> None:
    """Unload every other driver, so that no content can choose another one."""
    spec = find_spec("pyogrio")
    home = Path(str(spec.origin)).parent if spec else Path()
    gdal = ctypes.CDLL(str(sorted((home.parent / "pyogrio.libs").glob("libgdal-*.so*"))[-1]))
    gdal.CPLSetConfigOption.argtypes = [ctypes.c_char_p, ctypes.c_char_p]
    gdal.GDALGetDriver.restype = ctypes.c_void_p
    gdal.GDALGetDriverShortName.argtypes = [ctypes.c_void_p]
    gdal.GDALGetDriverShortName.restype = ctypes.c_char_p
    for name, value in {**OPTIONS, "GDAL_DATA": str(home / "gdal_data")}.items():
        gdal.CPLSetConfigOption(name.encode(), value.encode())
    gdal.GDALAllRegister()
    names = {
        gdal.GDALGetDriverShortName(gdal.GDALGetDriver(position)).decode()
        for position in range(gdal.GDALGetDriverCount())
    }
    wanted = {"KML": {"KML", "LIBKML"}}.get(driver, {driver})
    gdal.CPLSetConfigOption(b"GDAL_SKIP", ",".join(sorted(names - wanted)).encode())
    gdal.GDALAllRegister()


def read(raw: bytes, driver: str, most: int) -> dict[str, object]:
    """Every shape of the only layer, as GeoJSON objects, with the coordinate system it names."""
    import pyogrio
    import shapely

    kinds = [kind for _, kind in pyogrio.list_layers(raw)]
    numbers = [number for number, kind in enumerate(kinds) if kind]
    if not numbers:
        return {"fault": "file_no_layer"}
    crs, shapes = "", []
    # Every other format has one layer a file; more are more than was meant.
    for number in numbers if driver == "KML" else numbers[:1]:
        meta, _, wkb, _ = pyogrio.raw.read(raw, layer=number, columns=[], max_features=most + 1)
        crs = crs or str(meta["crs"] or "")
        shapes += [shape for shape in wkb if shape is not None]
    if len(shapes) > most:
        return {"fault": "too_many_features"}
    flat = shapely.force_2d(shapely.from_wkb(shapes))
    parts = [part for part in shapely.get_parts(flat) if not part.is_empty]
    return {"crs": crs, "shapes": [json.loads(shapely.to_geojson(part)) for part in parts]}


def main() -> None:
    """Answer one order."""
    order = json.loads(sys.stdin.buffer.readline())
    keep_only(order["driver"])
    json.dump(read(sys.stdin.buffer.read(), order["driver"], order["features"]), sys.stdout)


if __name__ == "__main__":
    main()
