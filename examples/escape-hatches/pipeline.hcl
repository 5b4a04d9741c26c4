# What the language has no word for: a queue of the team's own, whose address the service is told and may send to, an alarm on
# it, a variable for the build, and values that the operator gives when the stacks are made.

parameter "AlarmEmail" {
  description     = "Who hears that messages could not be handled."
  default         = "team@example.com"
  allowed_pattern = "[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+"
}

parameter "InstanceType" {
  description    = "What the service runs on."
  default        = "t3.small"
  allowed_values = ["t3.small", "t3.medium", "m7i.large"]
}

account "tools" {
  id = "111111111111"
}

account "production" {
  id = "987654321098"

  network {}
}

pipeline "orders" {
  account = account.tools

  source "codecommit" {
    repository = "orders"
  }

  stage "build" {
    build "image" {}
  }

  stage "production" {
    approval {
      message = "Release to ${aws.region}?"
    }

    deploy "ec2" {
      account       = account.production
      instance_type = param.InstanceType

      environment = {
        ENVIRONMENT = param.EnvironmentSuffix
        JOBS_URL    = resource.Jobs
      }

      secrets = {
        DATABASE_URL = "orders/${param.EnvironmentSuffix}/database-url"
      }
    }
  }
}

resource "AWS::SQS::Queue" "Jobs" {
  account = account.production

  properties = {
    QueueName              = "orders-jobs-${param.EnvironmentSuffix}"
    SqsManagedSseEnabled   = true
    VisibilityTimeout      = 120
    MessageRetentionPeriod = 345600
    RedrivePolicy = {
      deadLetterTargetArn = resource.DeadJobs.Arn
      maxReceiveCount     = 3
    }
  }
}

resource "AWS::SQS::Queue" "DeadJobs" {
  account = account.production

  properties = {
    QueueName              = "orders-dead-jobs-${param.EnvironmentSuffix}"
    SqsManagedSseEnabled   = true
    MessageRetentionPeriod = 1209600
  }
}

resource "AWS::SNS::Topic" "DeadJobsNews" {
  account = account.production

  properties = { TopicName = "orders-dead-jobs-${param.EnvironmentSuffix}" }
}

resource "AWS::SNS::Subscription" "DeadJobsSubscription" {
  account = account.production

  properties = {
    TopicArn = resource.DeadJobsNews
    Protocol = "email"
    Endpoint = param.AlarmEmail
  }
}

resource "AWS::CloudWatch::Alarm" "DeadJobsAlarm" {
  account = account.production

  properties = {
    AlarmName          = "orders-dead-jobs-${param.EnvironmentSuffix}"
    AlarmDescription   = "Jobs that failed three times."
    Namespace          = "AWS/SQS"
    MetricName         = "ApproximateNumberOfMessagesVisible"
    Dimensions         = [{ Name = "QueueName", Value = resource.DeadJobs.QueueName }]
    Statistic          = "Maximum"
    Period             = 300
    EvaluationPeriods  = 1
    Threshold          = 0.5
    ComparisonOperator = "GreaterThanThreshold"
    TreatMissingData   = "notBreaching"
    AlarmActions       = [resource.DeadJobsNews]
  }
}

# The service may send to its queue.
override "OrdersProductionInstanceRolePolicy" {
  add = {
    "/Properties/PolicyDocument/Statement/-" = {
      Sid      = "SendJobs"
      Effect   = "Allow"
      Action   = "sqs:SendMessage"
      Resource = resource.Jobs.Arn
    }
  }
}

# The tests of a build know which copy of the system they are for.
override "OrdersBuildProject" {
  add = {
    "/Properties/Environment/EnvironmentVariables/-" = {
      Name  = "SUFFIX"
      Type  = "PLAINTEXT"
      Value = param.EnvironmentSuffix
    }
  }
}

output "JobsUrl" {
  description = "Where jobs are sent."
  value       = resource.Jobs
}
