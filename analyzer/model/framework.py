"""Resources that CDK adds by itself: providers of custom resources, their roles and policies.

Nobody wrote them and nobody can change them, except through the property of a construct that made CDK add them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.data.framework import FrameworkOwned, framework_owned

if TYPE_CHECKING:
    from analyzer.model.template import Resource


def framework_of(resource: Resource) -> FrameworkOwned | None:
    """Which of CDK's own additions the resource is part of, with the construct properties that cause it; else None.

    Judged by construct path, custom-resource type and logical id (also where the assembly has no paths). What only
    uses a provider, such as the policy that a user gives to an ``AwsCustomResource``, is not the framework's.
    """
    return framework_owned(resource.logical_id, resource.type, resource.construct_path)
