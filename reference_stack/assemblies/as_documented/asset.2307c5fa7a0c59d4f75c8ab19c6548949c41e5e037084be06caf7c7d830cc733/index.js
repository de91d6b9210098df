const S3 = require('aws-sdk/clients/s3');

const s3 = new S3();

exports.handler = async (event) => {
  event.Records.forEach(async (record) => {
    const Bucket = record.s3.bucket.name;
    const name = record.s3.object.key.split('/').pop();

    const source = await s3.getObject({ Bucket, Key: record.s3.object.key }).promise();

    await s3
      .putObject({ Bucket, Key: `processed/${name}.pdf`, Body: toPdf(source.Body) })
      .promise();
  });
};

function toPdf(text) {
  const content = `BT /F1 11 Tf 40 800 Td (${text.toString('latin1').replace(/[()\\]/g, '\\$&')}) Tj ET`;
  return Buffer.from(
    [
      '%PDF-1.4',
      '1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj',
      '2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj',
      '3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R',
      '/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >> endobj',
      `4 0 obj << /Length ${content.length} >> stream`,
      content,
      'endstream endobj',
      'trailer << /Root 1 0 R >>',
      '%%EOF',
    ].join('\n'),
    'latin1',
  );
}
