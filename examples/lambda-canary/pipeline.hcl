# A function from a container image: at a URL of its own in staging, behind the load balancer in production.

account "tools" {
  id = "111111111111"
}

# Nothing here needs a network: the function is called at its own URL.
account "staging" {
  id = "123456789012"
}

account "production" {
  id = "987654321098"

  network {
    cidr            = "10.20.0.0/16"
    certificate_arn = "arn:aws:acm:us-east-1:987654321098:certificate/01234567-89ab-cdef-0123-456789abcdef"
  }
}

pipeline "checkout" {
  account = account.tools

  source "codecommit" {
    repository = "checkout"
  }

  stage "build" {
    build "image" {
      runtime = { nodejs = 22 }
      test    = ["npm ci", "npm test"]
    }
  }

  stage "staging" {
    deploy "lambda" {
      account      = account.staging
      strategy     = "all_at_once"
      function_url = "AWS_IAM"

      environment = {
        LOG_LEVEL = "debug"
        ORDERS    = resource.StagingOrders
      }
    }
  }

  stage "release" {
    approval {
      message = "Staging looks right?"
    }
  }

  # A tenth of the requests goes to the new version at once, the rest ten minutes later if no alarm rings.
  stage "production" {
    on_failure = "rollback"

    deploy "lambda" {
      account              = account.production
      memory_size          = 1024
      timeout_seconds      = 20
      reserved_concurrency = 50
      strategy             = "canary"
      traffic              = { percent = 10, minutes = 10 }
      vpc                  = true
      dead_letter_queue    = true
      environment          = { LOG_LEVEL = "info" }
      secrets              = { PAYMENT_SECRET = "checkout/payment" }

      route {
        hosts = ["shop.example.com"]
        paths = ["/checkout/*"]
      }

      alarm "errors" {
        percent = 2
      }

      alarm "throttles" {
        above = 0
      }

      alarm "latency" {
        milliseconds = 800
        percentile   = 95
      }
    }

    # Looks from outside, as a customer does. The release is over once it has passed, and taken back if it fails.
    canary "checkout" {
      url           = "https://shop.example.com"
      path          = "/checkout/health"
      body_contains = "ok"
      every         = "5 minutes"
    }
  }
}

resource "AWS::DynamoDB::Table" "StagingOrders" {
  account = account.staging

  properties = {
    TableName            = "checkout-orders-${param.EnvironmentSuffix}"
    BillingMode          = "PAY_PER_REQUEST"
    AttributeDefinitions = [{ AttributeName = "id", AttributeType = "S" }]
    KeySchema            = [{ AttributeName = "id", KeyType = "HASH" }]
  }
}

# What the function may do with it. A policy stands in the stack of its role.
resource "AWS::IAM::Policy" "StagingOrdersRights" {
  account = account.staging
  stack   = "checkout-service"

  properties = {
    PolicyName = "checkout-orders-${param.EnvironmentSuffix}"
    Roles      = [resource.CheckoutStagingFunctionRole]
    PolicyDocument = {
      Version = "2012-10-17"
      Statement = [{
        Effect   = "Allow"
        Action   = ["dynamodb:GetItem", "dynamodb:PutItem"]
        Resource = resource.StagingOrders.Arn
      }]
    }
  }
}
