"""What a technician types into a phone: ready to paste, shown once with the secret."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from django.http import HttpRequest

    from korgoo.devices.secrets import NewSecret


@dataclass(frozen=True)
class Setup:
    """The gateway's address and the credential in the shapes that clients want."""

    gateway: str
    public_id: str
    secret: str

    @property
    def owntracks_url(self) -> str:
        """The URL of OwnTracks' HTTP mode."""
        return f"{self.gateway}/pub"

    @property
    def identifier(self) -> str:
        """The one field of Traccar Client: id and secret together."""
        return f"{self.public_id}.{self.secret}"

    @property
    def curl(self) -> str:
        """A line that sends one fix, to try the way to the gateway."""
        fix = '{"_type":"location","lat":42.8746,"lon":74.5698,"acc":12,"tid":"JJ","tst":\'"$(date +%s)"\'}'
        who = f"-u '{self.public_id}:{self.secret}'"
        return f"curl -sS {who} -H 'Content-Type: application/json' -d '{fix}' {self.owntracks_url}"

    def __repr__(self) -> str:
        """Leave the secret out of logs and tracebacks."""
        return f"Setup({self.public_id})"


def build_setup(request: HttpRequest, secret: NewSecret) -> Setup:
    """Return the set-up for a fresh secret; the gateway is beside the host under which we were reached."""
    environment = settings.ENVIRONMENT
    host = request.get_host()
    name = host if host.endswith("]") else host.rsplit(":", 1)[0]
    scheme = "https" if environment.tls else "http"
    return Setup(f"{scheme}://{name}:{environment.gateway_port}", secret.public_id, secret.secret)
