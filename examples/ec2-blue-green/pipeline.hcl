# A service whose releases get new hosts: by themselves in staging, and in production when somebody has looked at them.

account "tools" {
  id = "111111111111"
}

account "staging" {
  id = "123456789012"

  network {
    cidr            = "10.10.0.0/16"
    certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"
  }
}

account "production" {
  id = "987654321098"

  network {
    cidr               = "10.20.0.0/16"
    availability_zones = 3
    nat_gateways       = "one_per_zone"
    certificate_arn    = "arn:aws:acm:us-east-1:987654321098:certificate/01234567-89ab-cdef-0123-456789abcdef"
  }
}

pipeline "ledger" {
  account = account.tools

  source "codecommit" {
    repository = "ledger"
  }

  stage "build" {
    build "image" {
      runtime = { nodejs = 22 }
      test    = ["npm ci", "npm test"]
    }
  }

  # New hosts get the release and then the requests. The original ones end at once: here nobody wants them back.
  stage "staging" {
    deploy "ec2" {
      account      = account.staging
      capacity     = { min = 2, max = 2 }
      health_check = "/health"
      strategy     = "blue_green"
      environment  = { LOG_LEVEL = "debug" }

      blue_green {
        termination_wait_minutes = 0
      }
    }
  }

  stage "release" {
    approval {
      message = "Staging looks right?"
    }
  }

  # The new hosts wait for up to two hours, with the release and without requests, until somebody lets the deployment go on.
  # Then the original ones stand by for half an hour: so long the requests can be given back to them at once. Their number is
  # fixed: hosts that wait have no load, and scaling might take some away.
  stage "production" {
    deploy "ec2" {
      account       = account.production
      instance_type = "t3.medium"
      capacity      = { min = 4, max = 4 }
      health_check  = "/health"
      strategy      = "blue_green"
      environment   = { LOG_LEVEL = "info" }
      secrets       = { DATABASE_URL = "ledger/database-url" }

      blue_green {
        reroute                  = "manual"
        reroute_wait_minutes     = 120
        termination_wait_minutes = 30
        rollback_on_failure      = false
      }

      route {
        hosts = ["ledger.example.com"]
      }

      alarm "errors" {
        percent = 2
      }

      alarm "latency" {
        milliseconds = 800
      }
    }
  }

  # A smaller audience, whose hosts of the last release are kept until somebody deletes them.
  stage "partners" {
    deploy "ec2" {
      account      = account.production
      capacity     = { min = 1, max = 2 }
      health_check = "/health"
      strategy     = "blue_green"

      blue_green {
        original_instances = "keep"
      }

      route {
        hosts = ["partners.ledger.example.com"]
      }
    }
  }
}
