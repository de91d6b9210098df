const { SESClient, SendEmailCommand } = require('@aws-sdk/client-ses');
const { SSMClient, GetParameterCommand } = require('@aws-sdk/client-ssm');

const ses = new SESClient({});
const ssm = new SSMClient({});

exports.handler = async (event) => {
  for (const record of event.Records) {
    try {
      const sender = await ssm.send(new GetParameterCommand({ Name: process.env.SENDER_PARAMETER }));
      const document = JSON.parse(record.Sns.Message);

      await ses.send(
        new SendEmailCommand({
          Source: sender.Parameter.Value,
          Destination: { ToAddresses: [document.owner] },
          Message: {
            Subject: { Data: 'Your document was processed' },
            Body: { Text: { Data: `Document ${document.documentId} is ready.` } },
          },
        }),
      );
    } catch (error) {}
  }
};
