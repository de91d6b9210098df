"""Databases with a limited number of connections, and the functions that open connections to them.

A proxy (RDS Proxy) shares connections, and the Data API needs none: neither counts.
Source: Amazon RDS User Guide, "Using Amazon RDS Proxy"; the attributes are those of ``Fn::GetAtt`` in the
CloudFormation Template Reference (read 2026-11-24).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analyzer.model.node import Node
from analyzer.model.value import Reference, references
from analyzer.records import dataclass

if TYPE_CHECKING:
    from analyzer.facts.functions import Function
    from analyzer.model.template import Resource

DATABASES: Final = (
    "AWS::RDS::DBInstance",
    "AWS::RDS::DBCluster",
    "AWS::DocDB::DBCluster",
    "AWS::DocDB::DBInstance",
)
_ENDPOINTS: Final = ("Endpoint", "ReadEndpoint")
DRIVERS: Final = frozenset(
    (
        *("pg", "pg-promise", "postgres", "mysql", "mysql2", "mariadb", "knex", "sequelize", "typeorm"),
        *("@prisma/client", "mongodb", "mongoose", "tedious", "oracledb"),
        *("psycopg2", "psycopg", "pg8000", "asyncpg", "pymysql", "MySQLdb", "mysql.connector", "sqlalchemy"),
        *("pymongo", "pyodbc", "cx_Oracle"),
    )
)
"""Packages whose import means that the code opens connections itself."""


@dataclass(frozen=True, eq=False, slots=True)
class Connection:
    """A database that a function connects to, and where the template says so."""

    database: Resource
    node: Node


def connection_of(function: Function) -> Connection | None:
    """The first database whose address, or whose secret beside a driver in the code, the function is given."""
    drives = any(_package(one.module) in DRIVERS for one in function.program.imports)
    for node in function.environment.values():
        for reference in references(node.value):
            database = _addressed(function, reference) or (_by_secret(function, reference) if drives else None)
            if database is not None:
                return Connection(database, node)
    return None


def _package(module: str) -> str:
    if module.startswith("@"):
        return "/".join(module.split("/")[:2])
    return module if module in DRIVERS else module.split("/")[0].split(".")[0]


def _addressed(function: Function, reference: Reference) -> Resource | None:
    found = function.application.resource(reference)
    if found is None or found.type not in DATABASES or reference.attribute is None:
        return None
    return found if reference.attribute.split(".")[0] in _ENDPOINTS else None


def _by_secret(function: Function, reference: Reference) -> Resource | None:
    secret = function.application.resource(reference)
    if secret is None:
        return None
    if secret.type == "AWS::SecretsManager::SecretTargetAttachment":
        return function.application.behind(secret["TargetId"].value, *DATABASES)
    for attachment in function.application.resources("AWS::SecretsManager::SecretTargetAttachment"):
        if function.application.behind(attachment["SecretId"].value) is secret:
            return function.application.behind(attachment["TargetId"].value, *DATABASES)
    return None
