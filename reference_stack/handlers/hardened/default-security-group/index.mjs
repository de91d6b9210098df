// Custom resource: takes the two rules out of a VPC's default security group, which CloudFormation itself
// cannot do (Security Hub EC2.2). Nothing uses the group; closed, nothing can come to use it by mistake.

import {
  EC2Client,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';

const ec2 = new EC2Client({});

export const handler = async (event) => {
  const { DefaultSecurityGroupId } = event.ResourceProperties;
  try {
    // On deletion there is nothing to do: the group goes with its VPC.
    if (event.RequestType !== 'Delete') {
      await close(DefaultSecurityGroupId);
    }
  } catch (error) {
    console.error(JSON.stringify({ message: 'group not closed', group: DefaultSecurityGroupId, error: error.name }));
    await respond(event, 'FAILED', error.message);
    throw error; // so that the function's error alarm sees it as well
  }
  await respond(event, 'SUCCESS');
};

async function close(GroupId) {
  const everything = { IpProtocol: '-1' };
  await revoke(
    new RevokeSecurityGroupIngressCommand({
      GroupId,
      IpPermissions: [{ ...everything, UserIdGroupPairs: [{ GroupId }] }],
    }),
  );
  await revoke(
    new RevokeSecurityGroupEgressCommand({
      GroupId,
      IpPermissions: [{ ...everything, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
    }),
  );
}

async function revoke(command) {
  try {
    await ec2.send(command);
  } catch (error) {
    // The rule is already gone: that is the state asked for.
    if (error.name !== 'InvalidPermission.NotFound') {
      throw error;
    }
  }
}

// CloudFormation waits for this answer at the pre-signed address it sent.
async function respond(event, Status, Reason) {
  const answer = await fetch(event.ResponseURL, {
    method: 'PUT',
    headers: { 'content-type': '' }, // the signature was made over an empty type
    body: JSON.stringify({
      Status,
      Reason,
      PhysicalResourceId: event.PhysicalResourceId ?? event.ResourceProperties.DefaultSecurityGroupId,
      StackId: event.StackId,
      RequestId: event.RequestId,
      LogicalResourceId: event.LogicalResourceId,
    }),
  });
  if (!answer.ok) {
    throw new Error(`CloudFormation did not take the answer: ${answer.status}`);
  }
}
