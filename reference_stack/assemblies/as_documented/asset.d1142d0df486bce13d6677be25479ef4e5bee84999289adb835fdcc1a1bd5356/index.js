exports.handler = async (event) => {
  const apiKey = event.headers['X-Api-Key'];

  if (apiKey !== process.env.UPLOAD_API_KEY) {
    throw new Error('Unauthorized');
  }

  return {
    principalId: 'partner-upload',
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: event.methodArn }],
    },
  };
};
