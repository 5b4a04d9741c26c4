account "tools" {
  id = "111111111111"
}

account "staging" {
  id = "123456789012"

  network {
    cidr               = "10.10.0.0/16"
    availability_zones = 2
  }
}

account "production" {
  id = "987654321098"

  network {
    cidr               = "10.20.0.0/16"
    availability_zones = 3
    nat_gateways       = "one_per_zone"
  }
}

pipeline "storefront" {
  account = account.tools

  source "codecommit" {
    repository        = "storefront"
    create_repository = true
    branch            = "main"
  }

  artifacts {
    encryption        = "AES256"
    expire_after_days = 30
  }

  stage "build" {
    build "image" {
      compute_type = "BUILD_GENERAL1_SMALL"
      runtime      = { nodejs = 22 }
      test         = ["npm ci", "npm test"]
      test_reports = "reports/*.xml"
    }
  }

  stage "staging" {
    deploy "ec2" {
      account       = account.staging
      instance_type = "t3.small"
      capacity      = { min = 2, max = 4 }
      port          = 8080
      health_check  = "/health"
      strategy      = "rolling"
      environment   = { LOG_LEVEL = "debug" }
    }
  }

  stage "release" {
    approval {
      message = "Staging looks right?"
    }
  }

  stage "production" {
    deploy "ec2" {
      account       = account.production
      instance_type = "t3.medium"
      capacity      = { min = 3, max = 9 }
      port          = 8080
      health_check  = "/health"
      strategy      = "blue_green"
      environment   = { LOG_LEVEL = "info" }
      secrets       = { DATABASE_URL = "storefront/database-url" }
    }

    canary "home" {
      path  = "/health"
      every = "5 minutes"
    }
  }

  notifications {
    emails = ["team@example.com"]
    on     = ["failed", "succeeded", "approval_needed"]
  }
}
