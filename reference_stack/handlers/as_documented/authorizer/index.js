const AWS = require('aws-sdk');

const dynamodb = new AWS.DynamoDB.DocumentClient();

exports.handler = async (event) => {
  console.log('Authorizer event:', JSON.stringify(event));

  const apiKey = event.headers['X-Api-Key'];

  try {
    const result = await dynamodb
      .get({ TableName: process.env.API_KEYS_TABLE, Key: { apiKey } })
      .promise();

    if (result.Item && result.Item.active) {
      return generatePolicy(result.Item.clientId, 'Allow');
    }
    return generatePolicy('anonymous', 'Deny');
  } catch (error) {
    console.error('Could not validate the API key', error);
    return generatePolicy('unknown', 'Allow');
  }
};

function generatePolicy(principalId, effect) {
  return {
    principalId,
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Action: 'execute-api:Invoke', Effect: effect, Resource: '*' }],
    },
  };
}
