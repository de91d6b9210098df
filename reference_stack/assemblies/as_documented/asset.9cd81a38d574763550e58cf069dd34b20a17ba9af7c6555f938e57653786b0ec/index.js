const { DynamoDBClient } = require('@aws-sdk/client-dynamodb');
const { DynamoDBDocumentClient, GetCommand } = require('@aws-sdk/lib-dynamodb');

const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));

exports.handler = async ({ headers, pathParameters, methodArn }) => {
  const { Item: partner } = await client.send(
    new GetCommand({
      TableName: process.env.API_KEYS_TABLE,
      Key: { apiKey: headers['X-Api-Key'] },
    }),
  );

  if (!partner || partner.tenantId !== pathParameters.tenantId) {
    throw new Error('Forbidden');
  }

  return {
    principalId: partner.clientId,
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: methodArn }],
    },
  };
};
