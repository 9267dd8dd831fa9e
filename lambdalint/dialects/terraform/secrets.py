"""A resource's attribute in, what kind of reference it is out: a secret's text, its name, or neither."""

from __future__ import annotations

from lambdalint.dialects.terraform.folders import Placed, literal
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from lambdalint.dialects.terraform.instances import Instance
    from lambdalint.model import ReferenceKind

# Attributes that hold a secret in clear text, by resource type. From the AWS, random and TLS providers' documentation.
_TEXTS: dict[str, frozenset[str]] = {
    "aws_secretsmanager_secret_version": frozenset(("secret_string", "secret_binary")),
    "aws_secretsmanager_random_password": frozenset(("random_password",)),
    "aws_kms_secrets": frozenset(("plaintext",)),
    "aws_db_instance": frozenset(("password",)),
    "aws_rds_cluster": frozenset(("master_password",)),
    "aws_docdb_cluster": frozenset(("master_password",)),
    "aws_neptune_cluster": frozenset(("master_password",)),
    "aws_redshift_cluster": frozenset(("master_password",)),
    "aws_redshiftserverless_namespace": frozenset(("admin_user_password",)),
    "aws_elasticache_replication_group": frozenset(("auth_token",)),
    "aws_elasticache_user": frozenset(("passwords",)),
    "aws_dms_endpoint": frozenset(("password",)),
    "aws_directory_service_directory": frozenset(("password",)),
    "aws_iam_access_key": frozenset(("secret", "ses_smtp_password_v4")),
    "aws_iam_user_login_profile": frozenset(("password",)),
    "aws_cognito_user_pool_client": frozenset(("client_secret",)),
    "aws_cognito_user": frozenset(("password",)),
    "aws_api_gateway_api_key": frozenset(("value",)),
    "aws_appsync_api_key": frozenset(("key",)),
    "aws_ecr_authorization_token": frozenset(("password", "authorization_token")),
    "aws_eks_cluster_auth": frozenset(("token",)),
    "aws_lightsail_database": frozenset(("master_password",)),
    "aws_transfer_ssh_key": frozenset(("private_key",)),
    "random_password": frozenset(("result", "bcrypt_hash")),
    "tls_private_key": frozenset(("private_key_pem", "private_key_openssh", "private_key_pem_pkcs8")),
    "vault_generic_secret": frozenset(("data", "data_json")),
    "vault_kv_secret_v2": frozenset(("data", "data_json")),
    "vault_kv_secret": frozenset(("data", "data_json")),
    "sops_file": frozenset(("data", "raw")),
    "onepassword_item": frozenset(("password", "credential")),
    "github_actions_secret": frozenset(("plaintext_value",)),
}
_NAMES = frozenset(("aws_secretsmanager_secret", "aws_secretsmanager_secret_version", "aws_secretsmanager_secrets"))


def reference_kind(instance: Instance, mode: str, kind: str, attribute: str, placed: Placed | None) -> ReferenceKind:
    """What an attribute of a resource or data source gives away."""
    if attribute in _TEXTS.get(kind, ()):
        return "secret-value"
    if kind in _NAMES:
        return "secret-name" if attribute in ("arn", "name", "id", "secret_id", "arns", "names") else "resource"
    if kind == "aws_ssm_parameter":
        encrypted = _is_encrypted(instance, mode, placed)
        if attribute in ("value", "value_wo"):
            return "secret-value" if encrypted else "stored-value"
        if attribute in ("arn", "name", "id") and encrypted:
            return "secret-name"
        return "stored-value" if attribute == "insecure_value" else "resource"
    if attribute in ("master_user_secret", "master_user_secret_arn"):
        return "secret-name"
    return "resource"


def _is_encrypted(instance: Instance, mode: str, placed: Placed | None) -> bool:
    """Whether a parameter is known to be a SecureString: by its resource, which a data source names."""
    if placed is None:
        return False
    body = placed.block.body
    if mode == "managed":
        return bool(literal(body, "type") == "SecureString")
    if literal(body, "with_decryption") is False:
        return False
    name = body.attributes.get("name")
    if name is None:
        return False
    if name.value.kind == "path" and name.value.value[0] == "aws_ssm_parameter" and name.value.value[1]:
        step = name.value.value[1][0]
        target = instance.module.resources.get(("managed", "aws_ssm_parameter", str(step[1])))
        return target is not None and literal(target.block.body, "type") == "SecureString"
    if name.value.kind != "literal":
        return False
    for _, _, other in instance.module.of("aws_ssm_parameter"):
        if literal(other.block.body, "name") == name.value.value:
            return bool(literal(other.block.body, "type") == "SecureString")
    return False
