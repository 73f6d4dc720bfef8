"""The page that documents the API: Swagger UI, of files that are installed with the project."""

from importlib import resources

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse, HTMLResponse

# Swagger UI sets styles by attributes, and shows icons of `data:` addresses.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
# Addresses are relative, so that the page also works below a proxy's path.
_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Todochat API</title>
<link rel="icon" href="docs/favicon-32x32.png">
<link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
"""
_START = 'SwaggerUIBundle({ url: "openapi.json", dom_id: "#swagger-ui", deepLinking: true });\n'
_PACKAGE = "fastapi_swagger.resources"
_STORED_FOR_A_DAY = {"Cache-Control": "public, max-age=86400"}

router = APIRouter(prefix="/docs", include_in_schema=False)


@router.get("")
async def page() -> HTMLResponse:
    """Return the page, which may load nothing from elsewhere."""
    return HTMLResponse(_PAGE, headers={"Content-Security-Policy": _POLICY})


@router.get("/start.js")
async def start() -> Response:
    """Return the script that shows the API's document."""
    return Response(_START, media_type="text/javascript", headers=_STORED_FOR_A_DAY)


@router.get("/swagger-ui-bundle.js")
async def script() -> FileResponse:
    """Return the script of Swagger UI."""
    return _packaged("swagger-ui-bundle.js", "text/javascript")


@router.get("/swagger-ui.css")
async def style() -> FileResponse:
    """Return the style of Swagger UI."""
    return _packaged("swagger-ui.css", "text/css")


@router.get("/favicon-32x32.png")
async def icon() -> FileResponse:
    """Return the icon of Swagger UI."""
    return _packaged("favicon-32x32.png", "image/png")


def _packaged(name: str, media_type: str) -> FileResponse:
    file = resources.files(_PACKAGE) / name
    return FileResponse(str(file), media_type=media_type, headers=_STORED_FOR_A_DAY)
