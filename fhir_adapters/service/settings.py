"""Every setting of the service: an environment variable FOOTDROP_NAME each, checked at start.

`python -m fhir_adapters.service.settings docs/service.md` writes them into that page as a table; a test compares.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

PREFIX: Final = "FOOTDROP_"


class TrustedIssuer(BaseModel):
    """One CDS client that may call: its `iss`, and where its keys are (`jku`, or a `jwks` file given out of band).

    `tenants`: allowed values of the token's `tenant`; none listed: a tenant is not asked about. `fhir_servers`: the
    base URLs that the service may read for this client; none listed: it reads from none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    iss: str
    jku: str | None = None
    jwks: Path | None = None
    tenants: tuple[str, ...] = ()
    fhir_servers: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _has_keys(self) -> TrustedIssuer:
        if (self.jku is None) == (self.jwks is None):
            raise ValueError("a trusted issuer needs either jku or jwks")
        if self.jku is not None and not (self.jku.startswith("https://") and urlsplit(self.jku).hostname):
            raise ValueError("jku: must be an https address")
        return self


class Settings(BaseSettings):
    """The service's settings. Each is read from FOOTDROP_<NAME>; lists and objects are written as JSON."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,  # an .env file leaves out a setting by giving it no value
        frozen=True,
        extra="ignore",
        validate_default=True,
    )

    # --- where it is
    host: Annotated[str, Field(description="Address to listen on.")] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535, description="Port to listen on.")] = 8080
    workers: Annotated[int, Field(ge=1, le=64, description="Worker processes; one for each core is enough.")] = 1
    proxies: Annotated[
        str,
        Field(description="Addresses of reverse proxies whose X-Forwarded headers are believed, separated by commas."),
    ] = "127.0.0.1"
    public_url: Annotated[
        str,
        Field(
            description="The base URL that clients use, without a closing slash: tokens are checked against it, and "
            "cards link to it. Left out in development: http://HOST:PORT."
        ),
    ] = ""
    development: Annotated[
        bool,
        Field(description="No authentication, http allowed, any FHIR server on loopback. Logged at every start."),
    ] = False

    # --- who may call
    issuers: Annotated[
        tuple[TrustedIssuer, ...],
        Field(description="The CDS clients that may call, as JSON: [{iss, jku or jwks, tenants, fhir_servers}]."),
    ] = ()
    jwt_algorithms: Annotated[
        tuple[Literal["ES384", "RS384", "ES256", "RS256", "ES512", "RS512"], ...],
        Field(description="Signature algorithms that are accepted."),
    ] = ("ES384", "RS384")
    jwt_leeway_seconds: Annotated[int, Field(ge=0, le=300, description="Tolerated difference between clocks.")] = 30
    jwt_longest_seconds: Annotated[
        int, Field(ge=60, le=86400, description="Longest time from iat to exp that a token may have.")
    ] = 3600
    jwks_cache_seconds: Annotated[
        int, Field(ge=1, description="Age at which a client's keys are fetched again (JWKS).")
    ] = 600
    jwks_refetch_seconds: Annotated[
        int,
        Field(ge=1, description="Least time between two fetches of one client's keys, whatever key ids tokens name."),
    ] = 15
    jwks_stale_seconds: Annotated[
        int,
        Field(
            ge=0,
            le=86400,
            description="How long keys still count beyond their age while they cannot be had anew (host or file away). "
            "A key that its client has withdrawn may live on for as long: shorter is safer, longer is more available.",
        ),
    ] = 14_400
    jwks_timeout_seconds: Annotated[float, Field(gt=0, le=30, description="Longest time for fetching keys.")] = 2.0
    cors_origins: Annotated[
        tuple[str, ...], Field(description="Origins of browser-based clients, as JSON; none are allowed by default.")
    ] = ()

    # --- how much
    max_body_bytes: Annotated[int, Field(ge=1024, description="Largest request body.")] = 33_554_432
    max_public_body_bytes: Annotated[
        int, Field(ge=1024, description="Largest body of who is not known (the workbench); never above the former.")
    ] = 5_242_880
    caller_requests_per_minute: Annotated[
        int,
        Field(
            ge=0,
            description="Most requests a minute of one caller with a token (issuer and tenant), in each worker; "
            "0: no limit.",
        ),
    ] = 1200
    address_requests_per_minute: Annotated[
        int,
        Field(
            ge=0,
            description="Most requests a minute of one address without a valid token, in each worker; 0: no limit.",
        ),
    ] = 300
    max_nesting: Annotated[
        int,
        # beyond 254 levels nothing can be written as JSON, and what is written holds what was read a few levels down
        Field(ge=8, le=240, description="Deepest nesting of a JSON body, and of what a FHIR server answers."),
    ] = 100
    request_timeout_seconds: Annotated[
        float, Field(gt=0, description="Longest time for one request, and before it for its headers.")
    ] = 20.0
    max_connections: Annotated[
        int,
        Field(
            ge=1,
            description="Most open connections of each worker; further ones are closed at once. Keep it some 100 below "
            "the files that a process may open (ulimit -n).",
        ),
    ] = 900
    max_batch: Annotated[int, Field(ge=1, description="Most patients in one batch.")] = 1000

    # --- reading from the client's FHIR server
    fhir_timeout_seconds: Annotated[float, Field(gt=0, description="Longest time for one call-back.")] = 4.0
    fhir_total_seconds: Annotated[float, Field(gt=0, description="Longest time for all call-backs of a request.")] = 8.0
    fhir_max_pages: Annotated[int, Field(ge=1, description="Most pages of one search that are followed.")] = 20

    # --- the guideline
    site: Annotated[Path | None, Field(description="A site's signed parameter file (TOML).")] = None
    cpt: Annotated[bool, Field(description="Add CPT numbers to orders (a licensed US add-on).")] = False

    # --- what is kept
    database_url: Annotated[
        str, Field(description="Where audit and feedback are kept: sqlite:///FILE or postgresql+psycopg://...")
    ] = "sqlite:///footdrop.db"
    migrate_at_start: Annotated[
        bool, Field(description="Bring a PostgreSQL database's tables up to date at start (SQLite's always are).")
    ] = False
    spool: Annotated[
        Path, Field(description="Folder in which records wait while the database is away; one for each replica.")
    ] = Path("footdrop-spool")
    pseudonym_key: Annotated[
        SecretStr,
        Field(description="Secret that turns patients and users into pseudonyms; at least 32 characters."),
    ] = SecretStr("")
    keep_records: Annotated[
        bool, Field(description="Keep the record itself beside the audit of its assessment (patient data at rest).")
    ] = False
    export_comments: Annotated[
        bool,
        Field(description="Give clinicians' comments and free-text reasons (patient data) with feedback by HTTP."),
    ] = False
    retention_days: Annotated[int, Field(ge=1, description="Age at which `footdrop prune` deletes audit rows.")] = 3650
    snooze_days: Annotated[
        int, Field(ge=0, le=365, description="How long an overridden card stays away; 0: never. Red flags always come.")
    ] = 30

    # --- what is shown
    pages: Annotated[
        bool, Field(description="Serve the human edition (/rules) and the algorithm, and link to them from cards.")
    ] = True
    workbench: Annotated[
        bool | None,
        Field(
            description="Serve the workbench (/), with the pages: whoever reaches it gets advice without a token, and "
            "no audit is kept of it. Left out: in development only. Logged at every start in production."
        ),
    ] = None
    metrics: Annotated[bool, Field(description="Serve Prometheus metrics at /metrics.")] = True
    otlp_endpoint: Annotated[str, Field(description="OpenTelemetry collector (OTLP over HTTP); empty: no traces.")] = ""
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], Field(description="Least level logged.")] = (
        "INFO"
    )

    @model_validator(mode="after")
    def _is_safe(self) -> Settings:
        if len({issuer.iss for issuer in self.issuers}) < len(self.issuers):
            raise ValueError("issuers: an iss stands there twice")
        for origin in self.cors_origins:
            if origin != "{0.scheme}://{0.netloc}".format(urlsplit(origin)) or "*" in origin:
                raise ValueError("cors_origins: must be origins such as https://ehr.example, without path or wildcard")
        if self.development:
            return self
        wrong = []
        if not self.issuers:
            wrong.append(f"issuers: name at least one client that may call, or set {PREFIX}DEVELOPMENT=true")
        if not (self.public_url.startswith("https://") and urlsplit(self.public_url).hostname):
            wrong.append("public_url: must be the https address that clients use")
        if len(self.pseudonym_key.get_secret_value()) < 32:
            wrong.append("pseudonym_key: needs at least 32 characters")
        if wrong:
            raise ValueError("\n".join(wrong))
        return self

    @property
    def has_workbench(self) -> bool:
        """Whether the workbench is served: in production only where a site has asked for it."""
        return self.pages and (self.development if self.workbench is None else self.workbench)

    @property
    def base_url(self) -> str:
        """The base URL that clients use, without a closing slash."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")


def said(wrong: Exception) -> Iterator[str]:
    """What is wrong with the settings: the variable, and why; never its value, which may be a secret."""
    if isinstance(wrong, ValidationError):
        yield from _said(wrong)
    elif isinstance(wrong, SettingsError):
        field = re.search(r'field "(\w+)"', str(wrong))
        yield f"{PREFIX}{(field[1] if field else '?').upper()}: is not JSON"
    else:
        yield _line(str(wrong))


def _said(wrong: ValidationError) -> Iterator[str]:
    for error in wrong.errors(include_url=False, include_context=False, include_input=False):
        text = error["msg"].removeprefix("Value error, ")
        if error["loc"]:
            field, *inside = error["loc"]
            yield f"{PREFIX}{str(field).upper()}{''.join(f'[{step}]' for step in inside)}: {text}"
        else:
            yield from map(_line, text.splitlines())


def _line(text: str) -> str:
    """ "name: why" with the variable's name."""
    name, _, reason = text.partition(": ")
    return f"{PREFIX}{name.upper()}: {reason}"


def table() -> str:
    """Every setting as a Markdown table, ending in a line break."""
    rows = ["| variable | default | meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        rows.append(f"| `{PREFIX}{name.upper()}` | {_shown(field.default)} | {field.description} |")
    return "\n".join(rows) + "\n"


def _shown(default: object) -> str:
    if default is None or default == () or (isinstance(default, str | SecretStr) and not str(default)):
        return ""
    if isinstance(default, tuple):
        quoted = ", ".join(f'"{each}"' for each in default)
        return f"`[{quoted}]`"
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


def write_table(page: Path) -> None:
    """Put the table between the two markers of a page."""
    before, begin, rest = page.read_text("utf-8").partition("<!-- settings:begin -->\n")
    _, end, after = rest.partition("<!-- settings:end -->")
    page.write_text(f"{before}{begin}{table()}{end}{after}", "utf-8")


if __name__ == "__main__":
    write_table(Path(sys.argv[1]))
