// Judges templates by AwsSolutions of cdk-nag. Arguments: paths of templates. Prints how many resources it saw, and its findings.
'use strict';

const { App, CfnResource, Stack } = require('aws-cdk-lib');
const { CfnInclude } = require('aws-cdk-lib/cloudformation-include');
const { AwsSolutionsChecks } = require('cdk-nag');

function judge(templates) {
  const app = new App({ analyticsReporting: false });
  const stacks = templates.map((_, number) => new Stack(app, `stack-${number}`));
  stacks.forEach((stack, number) => new CfnInclude(stack, 'template', { templateFile: templates[number] }));
  const { violations } = new AwsSolutionsChecks(app, { verbose: true }).validateScope(app);
  const findings = violations.flatMap(({ ruleName: rule, description, violatingResources }) =>
    violatingResources.map(({ constructPath }) => {
      const [stack, , resource] = constructPath.split('/');
      return { rule, template: templates[stacks.findIndex(({ node }) => node.id === stack)], resource, description };
    })
  );
  return { resources: app.node.findAll().filter((node) => CfnResource.isCfnResource(node)).length, findings };
}

try {
  process.stdout.write(JSON.stringify(judge(process.argv.slice(2))));
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
