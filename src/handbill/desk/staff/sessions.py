"""Sessions in the database, encrypted; who copies the database gets into nobody's session.

Idle for two hours or twelve hours old, a session ends.
"""

import json
import time
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, cast

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone
from nacl.encoding import Base64Encoder
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from handbill.desk.secrets import derive
from handbill.desk.staff.models import Session

LIFE_S = 12 * 3600
RENEW_S = 300
"""How often a session in use is written again, to move its idle limit."""
BEGAN = "began"
_PERSON = "_auth_user_id"


def row_key(cookie: str) -> str:
    """Return what a row is called whose session the cookie opens."""
    return sha256(f"session {cookie}".encode()).hexdigest()[:40]


def _box() -> SecretBox:
    return SecretBox(derive(str(settings.SECRET_KEY).encode(), "session"))


class SessionStore(DatabaseStore):
    """Django's own store, but for what lies in the rows."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Return the model of a row."""
        return Session

    def encode(self, session_dict: dict[str, Any]) -> str:
        """Encrypt a session's data."""
        plain = json.dumps(session_dict, separators=(",", ":")).encode()
        return _box().encrypt(plain, encoder=Base64Encoder).decode("ascii")

    def decode(self, session_data: str | bytes) -> dict[str, Any]:
        """Decrypt a session's data; nothing where they were written under other keys."""
        data = session_data.encode() if isinstance(session_data, str) else session_data
        try:
            read: dict[str, Any] = json.loads(_box().decrypt(data, encoder=Base64Encoder))
        except (CryptoError, ValueError):
            return {}
        return read

    def load(self) -> dict[str, Any]:
        """Read the session, unless it is idle for too long or too old."""
        row = None
        if self.session_key:
            row = Session.objects.filter(
                session_key=row_key(self.session_key), expire_date__gt=timezone.now()
            ).first()
        data = self.decode(row.session_data) if row else {}
        if row is None or time.time() - data.get(BEGAN, time.time()) > LIFE_S:
            self._session_key = None
            return {}
        self.seen = row.seen
        return data

    def exists(self, session_key: str) -> bool:
        """Whether a cookie opens a session."""
        return Session.objects.filter(session_key=row_key(session_key)).exists()

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Return the row to be written."""
        row = cast(Session, super().create_model_instance(data))
        row.session_key = row_key(str(row.session_key))
        row.person_id = data.get(_PERSON)
        if BEGAN in data:
            row.began = datetime.fromtimestamp(data[BEGAN], UTC)
        return row

    def delete(self, session_key: str | None = None) -> None:
        """End the session of a cookie."""
        key = session_key or self.session_key
        if key:
            Session.objects.filter(session_key=row_key(key)).delete()
