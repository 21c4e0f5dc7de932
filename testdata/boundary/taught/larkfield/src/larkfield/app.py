from litestar import Litestar, Router, get
from litestar.config.csrf import CSRFConfig
from litestar.middleware.rate_limit import RateLimitConfig

from larkfield.access import LoginController, auth, editors
from larkfield.scripts import ScriptController
from larkfield.settings import settings
from larkfield.voice import VoiceController


@get("/up", public=True, sync_to_thread=False)
def up() -> str:
    return "ok"


api = Router("/api", route_handlers=[ScriptController, VoiceController])

app = Litestar(
    route_handlers=[up, LoginController, api],
    on_app_init=[auth.on_app_init],
    csrf_config=CSRFConfig(secret=settings.csrf_secret),
    middleware=[RateLimitConfig(rate_limit=("minute", 60)).middleware],
)
