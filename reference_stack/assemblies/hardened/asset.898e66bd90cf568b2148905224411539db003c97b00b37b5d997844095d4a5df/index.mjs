// Lambda authorizer (TOKEN) for the documents API: decides who calls and which methods that caller may use.
//
// It fails closed. Every way out that is not a positive match rejects the request: an unknown, disabled or
// expired key, and also a look-up that did not work.

import { createHash } from 'node:crypto';

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';

// Outside the handler: a warm instance keeps its connection.
const clients = DynamoDBDocumentClient.from(new DynamoDBClient({}));

// What each scope of a client opens, as method and path below the stage.
const METHODS = {
  'documents:read': ['GET/documents', 'GET/documents/*'],
  'documents:write': ['POST/documents'],
};

export const handler = async (event) => {
  const client = await authenticate(event.authorizationToken);
  if (!client) {
    // API Gateway answers exactly this message with 401; any other error would be a 500.
    throw new Error('Unauthorized');
  }
  logDecision('allow', client.clientId, event.methodArn);
  return {
    principalId: client.clientId,
    policyDocument: {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: methodsOf(client, event.methodArn) },
      ],
    },
    context: { clientId: client.clientId },
  };
};

async function authenticate(apiKey) {
  // Only the digest of a key is stored: reading the table gives nobody a usable key. The keys are 256 random
  // bits, so an unsalted digest cannot be guessed back.
  const keyHash = createHash('sha256').update(apiKey).digest('hex');
  try {
    const { Item: client } = await clients.send(
      new GetCommand({
        TableName: process.env.API_CLIENTS_TABLE,
        Key: { keyHash },
        ConsistentRead: true, // a key revoked a second ago must not pass
      }),
    );
    return accept(client);
  } catch (error) {
    // Never let a caller in because the look-up failed. The log has the error's name, not the credential.
    logDecision('reject', 'unknown', 'look-up failed: ' + error.name);
    return undefined;
  }
}

function accept(client) {
  if (!client) {
    logDecision('reject', 'unknown', 'no such key');
    return undefined;
  }
  // The table's time to live deletes expired keys only within days: the date has to be checked as well.
  if (client.status !== 'ACTIVE' || client.expiresAt * 1000 <= Date.now()) {
    logDecision('reject', client.clientId, 'key disabled or expired');
    return undefined;
  }
  return client;
}

// API Gateway caches the policy per key and uses it for every later method, so it lists all methods that the
// client may call in this stage and not only the one it calls now.
function methodsOf(client, methodArn) {
  const [api, stage] = methodArn.split('/');
  return client.scopes.flatMap((scope) => METHODS[scope] ?? []).map((path) => `${api}/${stage}/${path}`);
}

// The audit trail of decisions: who and what, never the key.
function logDecision(decision, clientId, detail) {
  console.log(JSON.stringify({ audit: 'authorization', decision, clientId, detail }));
}
