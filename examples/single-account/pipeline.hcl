# Everything in one account: the pipeline, a staging and a production service
# that share one network and one load balancer, told apart by their host names.

account "shop" {
  id = "123456789012"

  network {
    cidr            = "10.30.0.0/16"
    nat_gateways    = "none" # the hosts reach AWS through VPC endpoints
    certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/0b4f7c1a-52d9-4e4e-9f3b-6a5d4c3b2a19"
  }
}

pipeline "shop" {
  source "codecommit" {
    repository = "shop" # exists already
    branch     = "release"
  }

  stage "build" {
    build "image" {
      runtime      = { nodejs = 22 }
      test         = ["npm ci", "npm run lint", "npm test"]
      test_reports = "reports/**/*.xml"
    }
  }

  stage "staging" {
    deploy "ec2" {
      capacity     = { min = 2, max = 2 }
      port         = 3000
      health_check = "/healthz"
      environment  = { LOG_LEVEL = "debug" }

      route {
        hosts = ["staging.shop.example.com"]
      }
    }
  }

  stage "production" {
    approval {
      message = "Put this version in front of customers?"
      url     = "https://staging.shop.example.com"
    }

    deploy "ec2" {
      instance_type = "m6i.large"
      capacity      = { min = 2, max = 6 }
      port          = 3000
      health_check  = "/healthz"
      environment   = { LOG_LEVEL = "info" }

      secrets = {
        DATABASE_URL = "shop/database-url"
        SESSION_KEY  = "ssm:/shop/session-key"
      }

      route {
        hosts = ["shop.example.com", "www.shop.example.com"]
      }

      alarm "errors" {
        percent = 2
      }

      alarm "latency" {
        milliseconds = 750
        percentile   = 95
      }
    }
  }

  notifications {
    emails = ["team@example.com"]
  }
}
