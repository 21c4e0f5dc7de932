<?php

namespace App\Controller\Desk;

use App\Entity\Rental;
use Symfony\AI\Agent\AgentInterface;
use Symfony\AI\Platform\Message\Message;
use Symfony\AI\Platform\Message\MessageBag;
use Symfony\Bundle\FrameworkBundle\Controller\AbstractController;
use Symfony\Component\HttpFoundation\Response;
use Symfony\Component\Routing\Attribute\Route;

final class EstimateController extends AbstractController
{
    #[Route('/desk/estimates/{id}', name: 'desk_estimate', methods: ['GET', 'POST'])]
    public function __invoke(Rental $rental, AgentInterface $assessor): Response
    {
        $text = $assessor->call(new MessageBag(Message::ofUser("Shorten:\n".$rental->getDamageText())))->getContent();

        return $this->render('desk/estimate.html.twig', ['rental' => $rental, 'text' => $text]);
    }
}
