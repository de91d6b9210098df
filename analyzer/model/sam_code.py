"""Where code, layers and definitions lie: ``CodeUri``, ``ImageUri``, ``InlineCode``, ``ContentUri``, ``DefinitionUri``.

A local path is said the way the AWS CDK says it: ``Metadata["aws:asset:path"]`` is the path as written, relative to
the template, and ``Metadata["aws:asset:property"]`` names the property that a deployment will fill; the property
itself is left out. A container image built from a folder also has ``aws:asset:dockerfile-path``.
"""

from dataclasses import field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from analyzer.model.sam_values import compact, is_intrinsic, is_no_value, mapping
from analyzer.model.sam_workspace import SamResource, Workspace
from analyzer.records import dataclass

ASSET_PATH = "aws:asset:path"
ASSET_PROPERTY = "aws:asset:property"
ASSET_DOCKERFILE = "aws:asset:dockerfile-path"


@dataclass(frozen=True)
class Location:
    """A location: S3 ``bucket``, ``key`` and ``version``, or a local ``path``, or neither where it cannot be known."""

    bucket: Any = None
    key: Any = None
    version: Any = None
    path: str | None = None

    def names(self, bucket: str, key: str, version: str) -> dict[str, Any] | None:
        """The S3 location under CloudFormation's names for its parts; None for anything else."""
        if self.bucket is None or self.key is None:
            return None
        return compact({bucket: self.bucket, key: self.key, version: self.version})


@dataclass(frozen=True)
class Code:
    """The ``Code`` property (None where it is filled later) and the metadata that says where the files are."""

    property: dict[str, Any] | None
    metadata: dict[str, Any] = field(default_factory=dict)


def locate(workspace: Workspace, value: Any, at: str) -> Location:
    """Read a ``…Uri`` property: an ``s3://`` address, a map of ``Bucket``, ``Key`` and ``Version``, or a local path."""
    value = workspace.resolved(value)
    if isinstance(value, str):
        return _from_text(workspace, value, at)
    places = mapping(value)
    if not is_no_value(places.get("Bucket")) and not is_no_value(places.get("Key")):
        return Location(places["Bucket"], places["Key"], places.get("Version"))
    if is_intrinsic(value):
        workspace.note(at, "this location is known only at deployment")
    elif not is_no_value(value):
        workspace.note(at, "this is neither an address, a path nor a map of Bucket and Key")
    return Location()


def _from_text(workspace: Workspace, value: str, at: str) -> Location:
    if value.startswith("s3://"):
        try:
            address = urlsplit(value)
        except ValueError:
            workspace.note(at, "this is no valid S3 address")
            return Location()
        version = parse_qs(address.query).get("versionId", [None])
        return Location(address.netloc, address.path.lstrip("/"), version[0])
    if "{{resolve:" in value or "://" in value:
        workspace.note(at, "what lies there cannot be known from the template")
        return Location()
    return Location(path=value)


def local(path: str, property_: str) -> dict[str, Any]:
    """Metadata for files in the local folder, archive or file ``path``."""
    return {ASSET_PATH: path, ASSET_PROPERTY: property_}


def function_code(workspace: Workspace, function: SamResource) -> Code:
    """Code of a function. Without any location ``sam package`` takes the template's own folder."""
    properties = function.properties
    if properties.get("PackageType") == "Image":
        return _image(workspace, function)
    if not is_no_value(properties.get("InlineCode")):
        return Code({"ZipFile": properties["InlineCode"]})
    if not is_no_value(properties.get("ImageUri")) and is_no_value(properties.get("CodeUri")):
        return Code({"ImageUri": properties["ImageUri"]})
    if is_no_value(properties.get("CodeUri")):
        return Code(None, local(".", "Code"))
    location = locate(workspace, properties["CodeUri"], function.pointer("CodeUri"))
    if location.path is not None:
        return Code(None, local(location.path, "Code"))
    found = location.names("S3Bucket", "S3Key", "S3ObjectVersion")
    if found is not None and not is_no_value(properties.get("SourceKMSKeyArn")):
        found["SourceKMSKeyArn"] = properties["SourceKMSKeyArn"]
    return Code(found)


def _image(workspace: Workspace, function: SamResource) -> Code:
    image = function.properties.get("ImageUri")
    if not is_no_value(image):
        return Code({"ImageUri": image})
    metadata = mapping(function.attributes.get("Metadata"))
    context = metadata.get("DockerContext")
    if not isinstance(context, str):
        workspace.note(function.at, "the image is neither named nor built from a folder (Metadata.DockerContext)")
        return Code(None)
    dockerfile = metadata.get("Dockerfile", "Dockerfile")
    return Code(None, {**local(context, "Code.ImageUri"), ASSET_DOCKERFILE: dockerfile})


def merged_metadata(owner: SamResource, additions: dict[str, Any]) -> dict[str, Any] | None:
    """The user's ``Metadata`` and ``additions``; None leaves the attribute as it is."""
    if not additions:
        return None
    return {**mapping(owner.attributes.get("Metadata")), **additions}
