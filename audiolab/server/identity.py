"""Who is asking, and what may they do: one token, or named users with passwords.

With named users the token of the data folder opens nothing; one that ``AUDIOLAB_TOKEN`` sets does,
for programs. What a visitor may do is looked up at every request, so that whoever is shut out, or
made a viewer, is so at once.
"""

import asyncio
import hmac
import json
import logging
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_server.auth.authorizer import Authorizer
from jupyter_server.auth.identity import IdentityProvider, User
from traitlets import Bool, Unicode

from audiolab.errors import AudiolabError
from audiolab.server.users import Account, Role, Users

LOG = logging.getLogger(__name__)


@dataclass
class Visitor(User):
    """Somebody who has come in.

    Attributes
    ----------
    role : Role
        What they may do.
    mark : str
        Of their account; "" for whoever came in by the token.
    """

    role: Role = Role.viewer
    mark: str = ""


class DashboardIdentity(IdentityProvider):
    """Login by token or by name and password. Secrets are compared in constant time."""

    users_file = Unicode(help="Where the named users are").tag(config=True)
    token_for_programs = Bool(help="Whether the token counts beside named users").tag(config=True)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._users = Users(Path(self.users_file))
        # Hashing takes a while and 10 MB: not on the event loop, and one after the other.
        self._hashing = ThreadPoolExecutor(1, "audiolab-passwords")

    @property
    def named(self) -> bool:
        """Whether there are named users."""
        return bool(self._accounts())

    async def get_user_token(self, handler: Any) -> User | None:
        """The user, if the request carries the right token in its address or its header."""
        if not self._opens(self.get_token(handler)):
            return None
        cookie = self.get_user_cookie(handler)
        by_token = isinstance(cookie, Visitor) and not cookie.mark
        return cookie if by_token else self.generate_anonymous_user(handler)  # type: ignore[return-value]

    def generate_anonymous_user(self, handler: Any) -> User:
        """Somebody without a name, who has the token."""
        made = super().generate_anonymous_user(handler)
        return Visitor(made.username, made.name, made.display_name, made.initials, role=Role.editor)

    def set_login_cookie(self, handler: Any, user: User) -> None:
        """Let a browser stay logged in; a program that sends its token needs no cookie."""
        if not self.auth_header_pat.match(handler.request.headers.get("Authorization", "")):
            super().set_login_cookie(handler, user)

    def user_to_cookie(self, user: User) -> str:
        """What the signed cookie says: who, and by which password; never what they may do."""
        return json.dumps({"name": user.username, "mark": getattr(user, "mark", "")})

    def user_from_cookie(self, cookie_value: str) -> User | None:
        """The user of a cookie, as far as it still counts."""
        said = json.loads(cookie_value)
        name, mark = str(said["name"]), str(said["mark"])
        if not mark:
            return Visitor(name, role=Role.editor) if self._token_counts() else None
        account = self._accounts().get(name)
        if account is None or not hmac.compare_digest(account.mark, mark):
            return None
        return _visitor(account)

    async def log_in(self, name: str, secret: str) -> User | None:
        """The user, if name and password, or where there are no names the token, are right."""
        if not self.named:
            return Visitor(uuid.uuid4().hex, role=Role.editor) if self._opens(secret) else None
        loop = asyncio.get_running_loop()
        account = await loop.run_in_executor(self._hashing, self._checked, name, secret)
        return None if account is None else _visitor(account)

    def still(self, visitor: User) -> Role | None:
        """What somebody who came in earlier may do now; None if they are shut out."""
        mark = getattr(visitor, "mark", "")
        if not mark:
            return Role.editor if self._token_counts() else None
        account = self._accounts().get(visitor.username)
        return account.role if account is not None and account.mark == mark else None

    def process_login_form(self, handler: Any) -> None:
        """Nobody comes in by Jupyter's own form: see `log_in`."""

    def _checked(self, name: str, password: str) -> Account | None:
        try:
            return self._users.check(name, password)
        except AudiolabError as error:
            LOG.error("%s", error)
            return None

    def _accounts(self) -> dict[str, Account]:
        """The named users; where they cannot be read there is one, whom no password fits."""
        try:
            return self._users.accounts()
        except AudiolabError as error:
            LOG.error("%s", error)
            return {"": Account("", Role.viewer, "")}

    def _token_counts(self) -> bool:
        return bool(self.token) and (self.token_for_programs or not self.named)

    def _opens(self, given: str | None) -> bool:
        token: str = self.token
        right = hmac.compare_digest((given or "").encode(), token.encode())
        return right and self._token_counts()


class RoleAuthorizer(Authorizer):
    """Everybody who has come in may read; editors may change things, unless nobody may."""

    read_only = Bool(help="Whether nobody may change anything").tag(config=True)

    def is_authorized(self, handler: Any, user: User, action: str, resource: str) -> bool:
        """Whether a user may do something.

        The channel to a page's kernel is open to all: what a kernel may do is decided when it is
        started (`audiolab.server.kernels`).
        """
        return action != "write" or resource != "audiolab" or self.may_write(user)

    def may_write(self, user: User | None) -> bool:
        """Whether a user may change the catalog."""
        return not self.read_only and getattr(user, "role", Role.viewer) is Role.editor


def _visitor(account: Account) -> Visitor:
    return Visitor(account.name, role=account.role, mark=account.mark)
