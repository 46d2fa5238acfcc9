"""The login page, in our own clothes: one field for the token, or two for name and password."""

import logging
from typing import Any

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.auth.login import LoginFormHandler

from audiolab.server.pages import FromOwnPages, PlainErrors
from audiolab.server.rates import Rate, Rates

LOG = logging.getLogger(__name__)

ATTEMPTS = Rate(burst=10, per_second=1 / 6)
_attempts = Rates()


class LoginHandler(PlainErrors, LoginFormHandler):
    """Jupyter's login by form; its checks of where to go on to are kept."""

    @allow_unauthenticated
    async def post(self) -> None:
        """Let somebody in who says the right words."""
        client = str(self.request.remote_ip)
        wait = _attempts.take(client, ATTEMPTS)
        if wait:
            self.set_status(429)
            self.set_header("Retry-After", str(wait))
            self._render({"error": f"Too many attempts: wait {wait} seconds."})
            return
        identity: Any = self.identity_provider
        given = [self.get_body_argument(name, "", strip=False) for name in ("name", "password")]
        user = await identity.log_in(*given)
        if user is None:
            LOG.warning("a login from %s failed", client)
            self.set_status(401)
            self._render({"error": _wrong(named=identity.named)})
            return
        _attempts.give_back(client, ATTEMPTS)
        self.current_user = user
        identity.set_login_cookie(self, user)
        go_on_to: Any = self._redirect_safe
        go_on_to(self.get_argument("next", default=self.base_url))

    def _render(self, message: dict[str, str] | None = None) -> None:
        identity: Any = self.identity_provider
        template: Any = self.settings["voila_jinja2_env"].get_template("login.html.j2")
        self.set_header("Cache-Control", "no-store")
        self.finish(
            template.render(
                wrong=message and message["error"],
                named=identity.named,
                name=self.get_body_argument("name", ""),
                next=self.get_argument("next", default=self.base_url),
                xsrf=self.xsrf_token.decode(),
                login_url=self.settings["login_url"],
            )
        )


class LogoutHandler(PlainErrors, FromOwnPages):
    """Forgets who somebody is."""

    @allow_unauthenticated
    def post(self) -> None:
        """Clear the cookie and lead to the login."""
        self.identity_provider.clear_login_cookie(self)
        self.redirect(self.settings["login_url"])


def _wrong(*, named: bool) -> str:
    if named:
        return "Name and password do not fit together."
    return "That is not the token of this dashboard."
