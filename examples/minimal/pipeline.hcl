account "main" {
  id = "123456789012"
  network {}
}

pipeline "hello" {
  source "codecommit" {
    repository = "hello"
  }
  stage "build" {
    build "image" {}
  }
  stage "live" {
    deploy "ec2" {}
  }
}
