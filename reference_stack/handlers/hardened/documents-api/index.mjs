// The documents API: takes documents in and tells a client what became of its own.

import { randomUUID } from 'node:crypto';

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const s3 = new S3Client({});

const { DOCUMENTS_TABLE, INCOMING_BUCKET } = process.env;
const LARGEST_DOCUMENT = 4 * 1024 * 1024; // bytes; base64 in a 6 MB invocation leaves room for 4
const PAGE = 50; // documents in one answer

export const handler = async (event) => {
  // The authorizer's answer, not anything the caller sent, says whose documents these are.
  const { clientId } = event.requestContext.authorizer;
  try {
    if (event.httpMethod === 'POST') {
      return await upload(clientId, bytes(event));
    }
    return event.pathParameters?.documentId
      ? await find(clientId, event.pathParameters.documentId)
      : await list(clientId, event.queryStringParameters?.after);
  } catch (error) {
    // The caller learns nothing about the inside; the log and the 5xx alarm do.
    console.error(JSON.stringify({ message: 'request failed', clientId, error: error.name, stack: error.stack }));
    return answer(500, { message: 'Internal error' });
  }
};

// API Gateway hands over a PDF in base64, everything else as text.
function bytes({ body, isBase64Encoded }) {
  return Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8');
}

async function upload(clientId, document) {
  if (document.length === 0 || document.length > LARGEST_DOCUMENT) {
    return answer(400, { message: `A document has 1 to ${LARGEST_DOCUMENT} bytes.` });
  }
  const receivedAt = new Date();
  const documentId = `${receivedAt.getTime().toString(36)}-${randomUUID()}`; // sorts by time, cannot be guessed

  // The record first: the event of the object must always find it.
  await documents.send(
    new PutCommand({
      TableName: DOCUMENTS_TABLE,
      Item: { clientId, documentId, receivedAt: receivedAt.toISOString(), status: 'RECEIVED' },
      ConditionExpression: 'attribute_not_exists(documentId)',
    }),
  );
  await s3.send(
    new PutObjectCommand({
      Bucket: INCOMING_BUCKET,
      Key: `incoming/${clientId}/${documentId}`,
      Body: document,
    }),
  );
  return answer(202, { documentId });
}

async function find(clientId, documentId) {
  const { Item } = await documents.send(
    new GetCommand({ TableName: DOCUMENTS_TABLE, Key: { clientId, documentId } }),
  );
  return Item ? answer(200, Item) : answer(404, { message: 'No such document' });
}

async function list(clientId, after) {
  const page = await documents.send(
    new QueryCommand({
      TableName: DOCUMENTS_TABLE,
      KeyConditionExpression: 'clientId = :client',
      ExpressionAttributeValues: { ':client': clientId },
      ScanIndexForward: false,
      Limit: PAGE,
      ExclusiveStartKey: after ? { clientId, documentId: after } : undefined,
    }),
  );
  return answer(200, { documents: page.Items, after: page.LastEvaluatedKey?.documentId });
}

function answer(statusCode, body) {
  return {
    statusCode,
    headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' },
    body: JSON.stringify(body),
  };
}
