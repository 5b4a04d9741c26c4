account "shop" {
  id = "111111111111"

  network {
    certificate_arn = "arn:aws:acm:us-east-1:111111111111:certificate/12345678-1234-1234-1234-123456789012"
  }
}

pipeline "shop" {
  source "codecommit" {
    repository = "shop"
  }

  stage "release" {
    build "image" {}
    approval {}
    deploy "ec2" {}
  }
}
