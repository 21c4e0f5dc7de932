resource "aws_cognito_user_pool" "clients" {
  name = "vellum-clients"
}

resource "aws_iam_role" "app" {
  name = "vellum-app"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ecs-tasks.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "app" {
  role = aws_iam_role.app.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = ["bedrock:*"], Resource = "*" },
      { Effect = "Allow", Action = ["cognito-idp:*"], Resource = aws_cognito_user_pool.clients.arn }
    ]
  })
}
