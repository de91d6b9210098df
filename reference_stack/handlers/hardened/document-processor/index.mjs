// Takes each new document from the queue, checks it and files it in the archive.
//
// It reads one bucket and writes another, and it has no trigger on the table it updates: nothing it writes
// can call it again. Each step may run twice (queues deliver at least once) without changing the outcome.

import { createHash } from 'node:crypto';

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const s3 = new S3Client({});

const { ARCHIVE_BUCKET, DOCUMENTS_TABLE, INCOMING_BUCKET } = process.env;

export const handler = async (event) => {
  const batchItemFailures = [];
  for (const record of event.Records) {
    try {
      await file(JSON.parse(record.body).detail.object.key);
    } catch (error) {
      // Only this message returns to the queue, and after five tries goes to the dead-letter queue.
      console.error(JSON.stringify({ message: 'document failed', messageId: record.messageId, error: error.name }));
      batchItemFailures.push({ itemIdentifier: record.messageId });
    }
  }
  return { batchItemFailures };
};

async function file(key) {
  const [, clientId, documentId] = key.split('/');
  const incoming = await s3.send(new GetObjectCommand({ Bucket: INCOMING_BUCKET, Key: key }));
  const content = Buffer.from(await incoming.Body.transformToByteArray());
  const sha256 = createHash('sha256').update(content).digest('hex');

  const accepted = content.subarray(0, 5).toString('latin1') === '%PDF-';
  if (accepted) {
    await s3.send(
      new PutObjectCommand({
        Bucket: ARCHIVE_BUCKET,
        Key: `documents/${clientId}/${documentId}.pdf`,
        Body: content,
        ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64'),
      }),
    );
  }
  await record(clientId, documentId, accepted ? 'ARCHIVED' : 'REJECTED', sha256);
}

async function record(clientId, documentId, status, sha256) {
  await documents.send(
    new UpdateCommand({
      TableName: DOCUMENTS_TABLE,
      Key: { clientId, documentId },
      UpdateExpression: 'SET #status = :status, sha256 = :sha256',
      // A record that the API did not write is not made up here.
      ConditionExpression: 'attribute_exists(documentId)',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':status': status, ':sha256': sha256 },
    }),
  );
}
