"""The login page: one field for the token, in our own clothes."""

from typing import Any

from jupyter_server.auth.login import LoginFormHandler

from audiolab.server.pages import PlainErrors


class LoginHandler(PlainErrors, LoginFormHandler):
    """Jupyter's login by form; its checks of where to go on to are kept."""

    def _render(self, message: dict[str, str] | None = None) -> None:
        template: Any = self.settings["voila_jinja2_env"].get_template("login.html.j2")
        self.finish(
            template.render(
                wrong=message is not None,
                next=self.get_argument("next", default=self.base_url),
                xsrf=self.xsrf_token.decode(),
                login_url=self.settings["login_url"],
            )
        )
