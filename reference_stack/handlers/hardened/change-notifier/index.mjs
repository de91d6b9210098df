// Tells subscribers when a document reached its final status. Reads the table's stream, never writes the table.

import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';

const sns = new SNSClient({});

export const handler = async (event) => {
  for (const record of event.Records) {
    try {
      await announce(record.dynamodb.NewImage);
    } catch (error) {
      console.error(JSON.stringify({ message: 'notice failed', eventId: record.eventID, error: error.name }));
      // Lambda resumes the shard at this record, and after its retries hands it to the failure queue.
      return { batchItemFailures: [{ itemIdentifier: record.dynamodb.SequenceNumber }] };
    }
  }
  return { batchItemFailures: [] };
};

// Identifiers and status only: whoever needs the content has to ask the API for it.
async function announce(image) {
  await sns.send(
    new PublishCommand({
      TopicArn: process.env.DOCUMENT_EVENTS_TOPIC,
      Message: JSON.stringify({
        clientId: image.clientId.S,
        documentId: image.documentId.S,
        status: image.status.S,
      }),
    }),
  );
}
