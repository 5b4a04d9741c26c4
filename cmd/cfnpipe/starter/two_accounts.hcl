# A delivery pipeline, begun by cfnpipe init: every push is tested, built and deployed to staging, and once somebody agrees
# to production.
# A # with a space behind it begins a comment. One without is a setting to switch on: take the # away.
# Every block and attribute: schema/REFERENCE.md in the repository of cfnpipe.

# The AWS region of everything.
region = "us-east-1"

# An AWS account, by its id in quotes. Other blocks call it account.staging. The pipeline runs in it, too.
account "staging" {
  id = "123456789012"

  # The network that the service runs in, with one load balancer in front. Without a certificate it speaks plain HTTP.
  network {
    cidr = "10.0.0.0/16"
    #certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"
    #allowed_cidrs   = ["203.0.113.0/24"] # who may reach the load balancer
  }
}

# The account that customers are served from. Addresses of two networks may not overlap.
account "production" {
  id = "987654321098"

  network {
    cidr = "10.1.0.0/16"
    #certificate_arn = "arn:aws:acm:us-east-1:987654321098:certificate/12345678-1234-1234-1234-123456789012"
    #nat_gateways    = "one_per_zone" # survives the loss of a zone, and costs more than one
  }
}

# The pipeline: its stages run in this order.
pipeline "hello" {
  account = account.staging

  # A push to this branch of a CodeCommit repository starts it. The repository is there already, in the pipeline's account.
  source "codecommit" {
    repository = "hello"
    branch     = "main"
    #create_repository = true # it is made with the pipeline instead, and deleted with it
  }

  # Runs the tests, builds the Dockerfile of the source and keeps the image.
  stage "build" {
    build "image" {
      #runtime      = { nodejs = 22 } # or python, golang, java
      #test         = ["npm ci", "npm test"]
      #test_reports = "reports/*.xml" # JUnit XML
    }
  }

  # Puts the image on the hosts, one after another, so that the service stays up.
  stage "staging" {
    deploy "ec2" {
      account       = account.staging
      instance_type = "t3.small"
      capacity      = { min = 2, max = 2 }
      port          = 8080 # where the container listens
      health_check  = "/"  # a path that answers when all is well

      #environment = { LOG_LEVEL = "debug" }
      #secrets     = { DATABASE_URL = "staging/database-url" } # names in Secrets Manager, never values
    }
  }

  # Waits until somebody agrees, then puts the same image into production.
  stage "production" {
    approval {
      message = "Does staging look right?"
    }

    deploy "ec2" {
      account       = account.production
      instance_type = "t3.small"
      capacity      = { min = 2, max = 4 }
      port          = 8080
      health_check  = "/"

      #environment = { LOG_LEVEL = "info" }
      #secrets     = { DATABASE_URL = "production/database-url" }
    }
  }

  # Who hears by e-mail what the pipeline does. Each address confirms once, by a link.
  #notifications {
  #  emails = ["team@example.com"]
  #  on     = ["failed", "approval_needed"]
  #}
}
