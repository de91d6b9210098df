const { archive } = require('./lib/storage');

exports.handler = async (event) => {
  for (const record of event.Records) {
    const { documentId } = JSON.parse(record.body);
    await archive(documentId);
  }
};
