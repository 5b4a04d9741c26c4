// Decides about requests by the engine of @cloud-copilot/iam-simulate. Reads policy documents and cases from standard input, and
// prints a verdict, or why there is none, for each case.
//
// The package's own functions are passed by: runSimulation drops condition keys that the service authorization reference does not
// list for an action, and takes "*" in a requested ARN for a wildcard; runUnsafeSimulation throws at any resource policy. The
// engine behind them is not exported, so that only one version is known to work. Requests and policies are rewritten where the
// engine would stray from AWS's documentation.
'use strict';

const { readFileSync } = require('node:fs');
const { dirname, join } = require('node:path');
const { loadPolicy } = require('@cloud-copilot/iam-policy');

const engine = (file) => require(join(dirname(require.resolve('@cloud-copilot/iam-simulate')), file));
const { authorize } = engine('core_engine/CoreSimulatorEngine.js');
const { DiscoveryContextKeyConstraints } = engine('context_keys/discoveryContextKeyConstraints.js');
const { requestMatchesStatementActions } = engine('action/action.js');
const { AwsRequestImpl } = engine('request/request.js');
const { RequestContextImpl } = engine('requestContext.js');

const CONSTRAINTS = new DiscoveryContextKeyConstraints();
const VERDICTS = { Allowed: 'allowed', ExplicitlyDenied: 'explicitDeny', ImplicitlyDenied: 'implicitDeny' };

// A "*" in a requested ARN is a character, no wildcard, and so is "${*}" in a policy. Where it stands for many resources, a policy
// has to cover them all: only a Deny of some of them would be missed.
const STAR = '\uE000';
// "${" is text in a request, and in policies before Version 2012-10-17.
const VARIABLE = '\uE001{';
// The engine compares the last part of an ARN literally up to its first "/" or ":", wildcards and variables included.
const BEFORE_LAST_PART = 'r/';
// It has rules of its own for the resources of these services, and knows them by how the last part begins.
const KEEPS_LAST_PART = new Set(['kms', 'iam']);

const each = (values, change) => [values].flat().map((value) => change(String(value)));
const overValues = (object, change) => Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]));

function arnOf(service, arn) {
  const parts = arn.split(':');
  if (parts.length >= 6 && !KEEPS_LAST_PART.has(service)) parts[5] = BEFORE_LAST_PART + parts[5];
  return parts.join(':');
}

// The keys given, and those that AWS adds.
function contextOf({ principal, account, context }) {
  const added = principal.service
    ? { 'aws:PrincipalIsAWSService': 'true', 'aws:PrincipalServiceName': principal.service }
    : {
        'aws:PrincipalIsAWSService': 'false',
        'aws:PrincipalArn': principal.arn,
        'aws:PrincipalAccount': principal.arn.split(':')[4],
        'aws:PrincipalType': 'AssumedRole',
      };
  const keys = { 'aws:ResourceAccount': account, ...added, ...context };
  const present = Object.entries(overValues(keys, (values) => each(values, (value) => value.replaceAll('${', VARIABLE))));
  // Operators that are not for sets of values match no array.
  const said = present.filter(([, values]) => values.length > 0);
  return Object.fromEntries(said.map(([key, values]) => [key, values.length > 1 ? values : values[0]]));
}

function rewritten(statement, version, service) {
  const variables = version === '2012-10-17';
  const out = { ...statement };
  for (const element of ['Resource', 'NotResource'].filter((name) => name in out)) {
    const plain = (arn) => (variables ? arn.replaceAll('${*}', STAR) : arn.replaceAll('${', VARIABLE));
    out[element] = each(out[element], (arn) => arnOf(service, plain(arn)));
  }
  if (out.Condition) {
    out.Condition = overValues(out.Condition, (keys, operator) => {
      // The engine fills in "${*}", "${?}" and "${$}" only where an operator knows wildcards.
      const exact = /^(For\w+:)?String(Not)?Equals/i.test(operator);
      return overValues(keys, (values) =>
        each(values, (value) => {
          if (!variables) return value.replaceAll('${', VARIABLE);
          return exact ? value.replaceAll('${$}{', VARIABLE).replace(/\$\{([*?$])\}/g, '$1') : value;
        })
      );
    });
  }
  return out;
}

// A document: for an action it is reduced to the statements about it, as only those can change a verdict.
class Document {
  constructor(document) {
    this.document = document;
    this.statements = loadPolicy(document).statements();
    this.policies = new Map();
  }

  policy(action, kind) {
    const key = `${kind} ${action}`;
    if (!this.policies.has(key)) this.policies.set(key, this.reduced(action, kind));
    return this.policies.get(key);
  }

  reduced(action, kind) {
    const [service, name] = action.split(':');
    const request = { action: { service: () => service.toLowerCase(), action: () => name } };
    const statements = this.statements
      .filter((statement) => requestMatchesStatementActions(request, statement).matches)
      // Other resource policies may leave out Resource; in a key policy such a statement has no effect.
      .filter((s) => kind !== 'guard' || service !== 'kms' || s.isResourceStatement() || s.isNotResourceStatement())
      .map((statement) => rewritten(statement.toJSON(), this.document.Version, service.toLowerCase()));
    const loaded = loadPolicy({ ...this.document, Statement: statements }).statements();
    return { statements: () => loaded, metadata: () => ({}) };
  }
}

function verdict(documents, { principal, action, resource, account, context, identity, guard }) {
  if (!/^[^:]+:[^:]+$/.test(action)) throw new Error(`not an action: ${action}`);
  if (!principal.arn === !principal.service) throw new Error('a principal is either an ARN or a service');
  const all = resource === '*';
  if (!all && !/^arn:([^:]*:){4}./.test(resource)) throw new Error(`not an ARN: ${resource}`);
  const arn = all ? resource : arnOf(action.split(':')[0].toLowerCase(), resource.replaceAll('*', STAR).replaceAll('${', VARIABLE));
  const { result } = authorize({
    request: new AwsRequestImpl(
      principal.service ?? principal.arn,
      { resource: arn, accountId: account },
      action,
      new RequestContextImpl(contextOf({ principal, account, context })),
      all
    ),
    identityPolicies: identity.map((number) => documents[number].policy(action, 'identity')),
    resourcePolicy: guard === null ? undefined : documents[guard].policy(action, 'guard'),
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    simulationParameters: { simulationMode: 'Strict', discoveryContextKeyConstraints: CONSTRAINTS },
    serviceSettings: { s3: {} },
  });
  return VERDICTS[result];
}

function decide({ documents, cases }) {
  const loaded = documents.map((document) => new Document(document));
  return cases.map((request) => {
    try {
      return { verdict: verdict(loaded, request) };
    } catch (error) {
      return { error: error.message };
    }
  });
}

process.stdout.write(JSON.stringify(decide(JSON.parse(readFileSync(0, 'utf8')))));
