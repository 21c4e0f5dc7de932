from datetime import timedelta
from typing import Annotated

from litestar import Controller, Response, post
from litestar.connection import ASGIConnection
from litestar.enums import RequestEncodingType
from litestar.exceptions import NotAuthorizedException, PermissionDeniedException
from litestar.handlers import BaseRouteHandler
from litestar.params import Body
from litestar.security.jwt import JWTCookieAuth, Token
from pwdlib import PasswordHash

from larkfield.models import User
from larkfield.settings import settings

hasher = PasswordHash.recommended()


async def who(token: Token, connection: ASGIConnection) -> User | None:
    return await User.active(token.sub)


auth = JWTCookieAuth[User](
    retrieve_user_handler=who,
    token_secret=settings.jwt_secret,
    default_token_expiration=timedelta(hours=8),
    exclude=["^/schema"],
    exclude_opt_key="public",
)


def editors(connection: ASGIConnection, _: BaseRouteHandler) -> None:
    if connection.user.role != "editor":
        raise PermissionDeniedException


class LoginController(Controller):
    path = "/login"

    @post(public=True)
    async def login(self, data: Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]) -> Response:
        user = await User.by_email(data["email"])
        if not user or not hasher.verify(data["password"], user.password):
            raise NotAuthorizedException
        return auth.login(identifier=str(user.id))
