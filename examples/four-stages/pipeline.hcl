# One image through four stages: development, staging with a canary, a decision, and two production accounts side by side.

locals {
  production = {
    europe = {
      id          = "333333333333"
      cidr        = "10.30.0.0/16"
      certificate = "arn:aws:acm:us-east-1:333333333333:certificate/0e0e0e0e-0000-4000-8000-000000000001"
    }
    america = {
      id          = "444444444444"
      cidr        = "10.40.0.0/16"
      certificate = "arn:aws:acm:us-east-1:444444444444:certificate/0e0e0e0e-0000-4000-8000-000000000002"
    }
  }
}

account "tools" {
  id = "111111111111"
}

# Development needs no hosts: a function is there when somebody asks, and costs nothing otherwise.
account "dev" {
  id = "123456789012"
}

account "staging" {
  id = "222222222222"

  network {
    cidr            = "10.20.0.0/16"
    certificate_arn = "arn:aws:acm:us-east-1:222222222222:certificate/0e0e0e0e-0000-4000-8000-000000000000"
  }
}

account "europe" {
  id = local.production.europe.id

  network {
    cidr            = local.production.europe.cidr
    nat_gateways    = "one_per_zone"
    certificate_arn = local.production.europe.certificate
  }
}

account "america" {
  id = local.production.america.id

  network {
    cidr            = local.production.america.cidr
    nat_gateways    = "one_per_zone"
    certificate_arn = local.production.america.certificate
  }
}

pipeline "booking" {
  account = account.tools

  source "codecommit" {
    repository = "booking"
  }

  stage "build" {
    build "image" {
      test = ["npm ci", "npm test"]
    }
  }

  stage "dev" {
    deploy "lambda" {
      account      = account.dev
      strategy     = "all_at_once"
      function_url = "AWS_IAM"
      environment  = { LOG_LEVEL = "debug" }
    }
  }

  stage "staging" {
    on_failure = "rollback"

    deploy "ec2" {
      account      = account.staging
      health_check = "/health"
      environment  = { LOG_LEVEL = "debug" }
    }

    canary "booking" {
      url           = "https://staging.booking.example.com"
      path          = "/health"
      body_contains = "ok"
    }
  }

  # Nobody is asked outside of working hours.
  stage "decision" {
    before_entry {
      deployment_window {
        cron      = "* * 9-16 ? * MON-THU"
        time_zone = "Europe/Berlin"
      }
    }

    approval {
      message = "Staging passed its canary. To production?"
    }
  }

  # While no incident is open, to both accounts at once; then a look from outside, in both.
  stage "production" {
    on_failure = "rollback"

    before_entry {
      alarm {
        name = resource.OpenIncidents
      }
    }

    parallel {
      deploy "ec2" {
        name          = "europe"
        account       = account.europe
        instance_type = "t3.medium"
        capacity      = { min = 3, max = 9 }
        health_check  = "/health"

        alarm "errors" {
          percent = 1
        }

        alarm "latency" {
          milliseconds = 500
        }
      }

      deploy "ec2" {
        name          = "america"
        account       = account.america
        instance_type = "t3.medium"
        capacity      = { min = 2, max = 6 }
        health_check  = "/health"

        alarm "errors" {
          percent = 1
        }

        alarm "latency" {
          milliseconds = 500
        }
      }
    }

    parallel {
      canary "europe" {
        account = account.europe
        url     = "https://eu.booking.example.com"
        path    = "/health"
        every   = "5 minutes"
      }

      canary "america" {
        account = account.america
        url     = "https://us.booking.example.com"
        path    = "/health"
        every   = "5 minutes"
      }
    }
  }

  notifications {
    emails = ["booking@example.com"]
    on     = ["failed", "approval_needed"]
  }
}

# What the incident desk reports; it has to be quiet before production is touched.
resource "AWS::CloudWatch::Alarm" "OpenIncidents" {
  account = account.tools

  properties = {
    AlarmDescription   = "Incidents that are open."
    Namespace          = "Booking"
    MetricName         = "OpenIncidents"
    Statistic          = "Maximum"
    Period             = 300
    EvaluationPeriods  = 1
    Threshold          = 1
    ComparisonOperator = "GreaterThanOrEqualToThreshold"
    TreatMissingData   = "notBreaching"
  }
}
