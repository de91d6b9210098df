const AWS = require('aws-sdk');
const { v4: uuidv4 } = require('uuid');

const s3 = new AWS.S3();
const documents = new AWS.DynamoDB.DocumentClient();

exports.handler = async (event) => {
  try {
    if (event.httpMethod === 'POST') {
      return respond(201, await upload(event));
    }
    if (event.pathParameters && event.pathParameters.documentId) {
      return respond(200, await find(event.pathParameters.documentId));
    }
    return respond(200, await list());
  } catch (error) {
    console.error(error);
    return respond(500, { message: 'Internal server error' });
  }
};

async function upload(event) {
  const documentId = uuidv4();
  const uploadedAt = new Date().toISOString();

  await documents
    .put({
      TableName: process.env.UPLOAD_SESSIONS_TABLE,
      Item: { sessionId: event.requestContext.requestId, documentId, startedAt: uploadedAt },
    })
    .promise();

  await s3
    .putObject({
      Bucket: process.env.DOCUMENTS_BUCKET,
      Key: `incoming/${documentId}/${uploadedAt}`,
      Body: Buffer.from(event.body, 'base64'),
    })
    .promise();

  await documents
    .put({
      TableName: process.env.DOCUMENTS_TABLE,
      Item: {
        documentId,
        uploadedAt,
        uploadDate: uploadedAt.slice(0, 10),
        status: 'UPLOADED',
      },
    })
    .promise();

  return { documentId };
}

async function find(documentId) {
  const result = await documents
    .get({ TableName: process.env.DOCUMENTS_TABLE, Key: { documentId } })
    .promise();
  return result.Item;
}

async function list() {
  const result = await documents
    .scan({
      TableName: process.env.DOCUMENTS_TABLE,
      FilterExpression: '#status = :processed',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':processed': 'PROCESSED' },
    })
    .promise();
  return result.Items;
}

function respond(statusCode, body) {
  return { statusCode, body: JSON.stringify(body) };
}
