const { S3 } = require('aws-sdk');

const s3 = new S3();

exports.archive = (documentId) =>
  s3
    .copyObject({
      CopySource: `${process.env.DOCUMENTS_BUCKET}/processed/${documentId}`,
      Bucket: process.env.ARCHIVE_BUCKET,
      Key: documentId,
    })
    .promise();
