const AWS = require('aws-sdk');

const s3 = new AWS.S3();
const documents = new AWS.DynamoDB.DocumentClient();
const kms = new AWS.KMS();
const sns = new AWS.SNS();
const sqs = new AWS.SQS();
const textract = new AWS.Textract();

exports.handler = async (event) => {
  for (const record of event.Records) {
    try {
      if (record.eventSource === 'aws:s3') {
        await processUpload(record);
      } else if (record.eventSource === 'aws:dynamodb') {
        await processChange(record);
      }
    } catch (error) {
      console.error('Error processing record', error);
    }
  }
  return { statusCode: 200, body: 'Processing complete' };
};

async function processUpload(record) {
  const bucket = record.s3.bucket.name;
  const key = decodeURIComponent(record.s3.object.key.replace(/\+/g, ' '));
  const [, documentId, uploadedAt] = key.split('/');

  const document = await s3.getObject({ Bucket: bucket, Key: key }).promise();
  const fingerprint = await kms
    .encrypt({ KeyId: process.env.KEY_ID, Plaintext: document.ETag })
    .promise();

  const job = await textract
    .startDocumentTextDetection({
      DocumentLocation: { S3Object: { Bucket: bucket, Name: key } },
      NotificationChannel: {
        RoleArn: process.env.TEXTRACT_ROLE_ARN,
        SNSTopicArn: process.env.TOPIC_ARN,
      },
    })
    .promise();

  await s3
    .putObject({
      Bucket: process.env.DOCUMENTS_BUCKET,
      Key: `processed/${documentId}`,
      Body: document.Body,
    })
    .promise();

  await documents
    .update({
      TableName: process.env.DOCUMENTS_TABLE,
      Key: { documentId, uploadedAt },
      UpdateExpression: 'set #status = :status, jobId = :job, fingerprint = :fingerprint',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: {
        ':status': 'PROCESSED',
        ':job': job.JobId,
        ':fingerprint': fingerprint.CiphertextBlob,
      },
    })
    .promise();

  await sqs
    .sendMessage({
      QueueUrl: process.env.ARCHIVE_QUEUE_URL,
      MessageBody: JSON.stringify({ documentId }),
    })
    .promise();
}

async function processChange(record) {
  const image = AWS.DynamoDB.Converter.unmarshall(record.dynamodb.NewImage);

  await documents
    .update({
      TableName: process.env.DOCUMENTS_TABLE,
      Key: { documentId: image.documentId, uploadedAt: image.uploadedAt },
      UpdateExpression: 'set lastChange = :now',
      ExpressionAttributeValues: { ':now': new Date().toISOString() },
    })
    .promise();

  await sns
    .publish({ TopicArn: process.env.TOPIC_ARN, Message: JSON.stringify(image) })
    .promise();
}
