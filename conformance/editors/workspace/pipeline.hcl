account "main" {
  id = "123456789012"
  network {}
}

pipeline "shop" {
  source "codecommit" {
    repository = local.service
    branch     = var.branch
  }
  stage "build" {
    build "image" {}
  }
  stage "live" {
    deploy "ec2" {
      account = account.production
    }
  }
}
