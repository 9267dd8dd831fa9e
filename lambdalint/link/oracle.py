"""What a walk must know of the world outside the project: which calls bring in something that varies."""

from __future__ import annotations

TIME = frozenset(
    "time.time time.time_ns time.monotonic time.perf_counter time.localtime time.gmtime time.strftime time.ctime"
    " datetime.datetime.now datetime.datetime.utcnow datetime.datetime.today datetime.date.today"
    " django.utils.timezone.now arrow.now arrow.utcnow pendulum.now".split()
)
RANDOM = frozenset(
    "uuid.uuid1 uuid.uuid4 os.urandom shortuuid.uuid shortuuid.random nanoid.generate ulid.new ulid.ULID ulid.generate"
    " ksuid.Ksuid ksuid.ksuid bson.ObjectId bson.objectid.ObjectId numpy.random.default_rng uuid6.uuid7 uuid6.uuid6"
    " uuid7.uuid7 uuid.uuid6 uuid.uuid7 snowflake.next_id cuid.cuid".split()
)
RANDOM_MODULES = ("random.", "secrets.", "numpy.random.", "shortuuid.ShortUUID().", "faker.Faker().")
CREDENTIALS = (
    ".assume_role",
    ".assume_role_with_web_identity",
    ".assume_role_with_saml",
    ".get_session_token",
    ".get_federation_token",
    ".get_credentials_for_identity",
    ".generate_db_auth_token",
)
# What frameworks keep the request in: names of modules, and attributes of an application (which begin with a dot).
REQUESTS = frozenset(
    "flask.request flask.g flask.session quart.request quart.g bottle.request bottle.local sanic.Request.get_current"
    " .current_event .current_request .lambda_context .current_batch_event".split()
)
PER_RECORD = (
    "aws_lambda_powertools.utilities.batch.process_partial_response",
    "aws_lambda_powertools.utilities.batch.async_process_partial_response",
    "aws_lambda_powertools.utilities.batch.batch_processor",
    "aws_lambda_powertools.utilities.batch.async_batch_processor",
)


class Outside:
    """The Oracle protocol, from these tables. sts and rds calls are told by the method, whatever made the client."""

    def dependence(self, callee: str) -> str:
        """What the result of a call varies with, besides its arguments."""
        if callee in TIME:
            return "time"
        if callee in RANDOM or callee.startswith(RANDOM_MODULES):
            return "random"
        if callee.endswith(CREDENTIALS):
            return "credentials"
        return ""

    def is_request(self, path: str) -> bool:
        """Whether a name, or an attribute (".current_event"), holds the request of the invocation."""
        return path in REQUESTS

    def per_record(self, callee: str) -> bool:
        """Whether a function given to this call runs once a record."""
        return callee in PER_RECORD or callee.endswith(("Processor()", "Processor().process"))
